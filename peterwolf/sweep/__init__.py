"""Training seeds times settings: `python -m peterwolf.sweep`."""
