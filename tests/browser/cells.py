"""Cells that the tests add below those of a lesson."""

LONG = """import gymnasium
from peterwolf.widgets import Play
forest = gymnasium.make("peterwolf/Forage-v0", render_mode="rgb_array", max_steps=10**6)
Play(forest, seed=3)"""
KNOBS = """from peterwolf.widgets import Knobs
Knobs(episodes=2000)"""
SKILLED = "lambda seen: int(3 * seen[2] + seen[3] > 0)"  # keeps the pole up for all 500 steps


def by_hand(**more: str) -> str:
    """Return a cell with a game in real time that makes a step when a test calls `tick()`.

    Its clock beats but does nothing. `more` are arguments of `Play`, as they are written.
    """
    given = "".join(f", {name}={value}" for name, value in more.items())
    return f"""from functools import partial
game = Play(drawn, seed=0{given})
tick = partial(game.screen.attempt, game.tick)
game.tick = lambda: None
game"""
