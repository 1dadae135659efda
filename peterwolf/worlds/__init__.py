"""Boards, the rules of the games on them, and the oracles that know those rules."""
