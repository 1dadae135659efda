"""A contest of agents of people one does not know: `python -m peterwolf.tournament`."""
