"""What is seen of a race: the pictures side by side, the words under them, the score."""

import numpy as np

from peterwolf.drawing import animation
from peterwolf.widgets.realtime_match import Player, Race
from peterwolf.widgets.vehicles import Vehicle, rendered

NAMES = ("You", "The agent")
CELL = 'style="padding:0 0 0 14px;text-align:right"'


def lines_of(vehicle: Vehicle, race: Race) -> list[str]:
    """Return how a race stands, two lines a player, who is named where there are two."""
    lines: list[str] = []
    for name, player in zip(NAMES, race.players, strict=False):
        first, second = _two_lines(vehicle, player)
        if race.rival is not None:
            first = f"{name}: {first[0].lower()}{first[1:]}"
        lines += first, second
    return lines


def _two_lines(vehicle: Vehicle, player: Player) -> tuple[str, str]:
    if player.over:
        end = vehicle.end(player.env, player.terminated)
        return end, f"Steps: {player.steps}. Return: {player.episode_return:g}."
    step = f"Step {player.steps}. Return: {player.episode_return:g}."
    return step, vehicle.tell(player.env)


def frame_of(race: Race) -> np.ndarray:
    """Return what the players see at half its size, side by side where there are two.

    The frame is uint8 (height, width, 3).
    """
    frames = [animation.half(rendered(player.env)) for player in race.players]
    if len(frames) == 1:
        return frames[0]
    titles = [
        f"{name}: over at step {player.steps}" if player.over else name
        for name, player in zip(NAMES, race.players, strict=True)
    ]
    return animation.side_by_side(frames, titles)


def score_of(race: Race) -> str:
    """Return as HTML the games, the best and the mean return of each player."""
    rows = {"you": race.returns}
    if race.rival is not None:
        rows["agent"] = race.agent_returns
    names = ("games", "best return", "mean")
    parts = [f"<tr><td></td>{''.join(f'<td {CELL}>{name}</td>' for name in names)}</tr>"]
    for player, returns in rows.items():
        told = (f"{max(returns):g}", f"{np.mean(returns):.1f}") if returns else ("–", "–")
        cells = "".join(f"<td {CELL}>{text}</td>" for text in (len(returns), *told))
        parts.append(f"<tr><td>{player}</td>{cells}</tr>")
    return f'<table style="line-height:1.45">{"".join(parts)}</table>'
