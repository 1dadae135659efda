"""Hunts of agents against each other, in this process: games, baselines, ranking, replays."""
