"""Processes for code that nobody trusts: what goes in, what comes out, and what they may see."""
