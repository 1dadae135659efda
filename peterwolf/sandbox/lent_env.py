"""Envs that are lent to a sandbox: their steps are made here, some of them later, from a log."""

from typing import Any

import gymnasium

from peterwolf.envs.board_env import BoardEnv

RESET, MOST_MOVES = -1, 10_000  # of a log
FORESEEN = 100  # resets
# Wrappers that change nothing of what is seen, apart from what `info` tells of the whole episode.
TRANSPARENT = (gymnasium.wrappers.OrderEnforcing, gymnasium.wrappers.RecordEpisodeStatistics)


def patience(env: gymnasium.Env) -> int | None:
    """Return after how many steps an env gives up, if the same move always has the same result.

    None for any env of which that is not known.
    """
    inner: Any = env
    while type(inner) in TRANSPARENT:
        inner = inner.env
    fixed = isinstance(inner, BoardEnv) and inner._fixed_board is not None
    return inner.max_steps if fixed else None


def reset(env: gymnasium.Env, seed: Any, options: Any) -> Any:
    """Begin an episode; of an env with patience, return a list of what the next resets lead to.

    Only the first of them is made. A reset with a seed or options foresees nothing.
    """
    first = env.reset(seed=seed, options=options)
    if patience(env) is None:
        return first
    if seed is not None or options is not None:
        return [first]
    rng = env.unwrapped.np_random
    before = rng.bit_generator.state
    more = [env.reset() for _ in range(FORESEEN)]
    env.reset(options={"start": first[0][:2]})  # back again; that draws nothing
    rng.bit_generator.state = before
    return [first, *more]


def replay(env: gymnasium.Env, moves: list[int]) -> None:
    """Make moves that were only told; raises what the env raises, ValueError for too many."""
    if len(moves) > MOST_MOVES:
        raise ValueError(f"moves must be at most {MOST_MOVES}, got {len(moves)}")
    for move in moves:
        if move == RESET:
            env.reset()
        else:
            env.step(move)
