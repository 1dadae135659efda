"""What numba compiles: the loops of learning, and worlds as plain functions of numbers."""
