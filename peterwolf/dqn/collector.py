"""The games that a DQN learns from: copies of an env, stepped together, on to the replay."""

import gymnasium
import numpy as np

from peterwolf.dqn.config import DQNConfig
from peterwolf.dqn.replay import Replay, Window
from peterwolf.dqn.vector_envs import Choose, copies


class StoppedError(Exception):
    """Learning cannot go on; the message says why and at which step."""


class Explorer:
    """Replaces greedy actions by random ones, each of which may be held for several steps.

    With probability epsilon a random action begins, held for 1 to `hold`
    steps, each length as likely. With `hold` 1 that is epsilon-greedy. Held
    longer it is epsilon-greedy over options (Dabney et al., Temporally-extended
    ε-greedy exploration, 2020, with another law of the lengths).
    """

    def __init__(self, envs: int, actions: int, hold: int, rng: np.random.Generator) -> None:
        self.actions, self.hold, self.rng = actions, hold, rng
        self._left = np.zeros(envs, dtype=int)  # steps for which the held action goes on
        self._held = np.zeros(envs, dtype=int)

    def explore(self, greedy: np.ndarray, epsilon: float) -> np.ndarray:
        """Return the actions to take in place of `greedy`, int (envs,)."""
        begin = (self._left == 0) & (self.rng.random(len(greedy)) < epsilon)
        count = np.count_nonzero(begin)
        self._left[begin] = self.rng.integers(1, self.hold, size=count, endpoint=True)
        self._held[begin] = self.rng.integers(self.actions, size=count)
        random = self._left > 0
        self._left[random] -= 1
        return np.where(random, self._held, greedy)

    def forget(self, over: np.ndarray) -> None:
        """Let go of the actions that are held in some games, bool (envs,)."""
        self._left[over] = 0


class Games:
    """Plays `config.envs` copies of an env and fills a replay; tells each episode that ended.

    `steps`: env steps taken so far. `returns` (undiscounted, as the env pays),
    `lengths` and `ends` (after how many steps of all games): one entry an
    episode.
    """

    def __init__(
        self,
        env: gymnasium.Env,
        config: DQNConfig,
        replay: Replay,
        actions: int,
        rng: np.random.Generator,
    ) -> None:
        self.envs = copies(env, config.envs)
        self.steps = 0
        self.returns: list[float] = []
        self.lengths: list[int] = []
        self.ends: list[int] = []
        self._explorer = Explorer(config.envs, actions, config.hold, rng)
        self._window = Window(replay, config.envs, config.n_step, config.gamma)
        self._rng = rng
        self._playing = np.ones(config.envs, dtype=bool)  # False: the next step only resets
        self._gained, self._lasted = np.zeros(config.envs), np.zeros(config.envs, dtype=int)

    def begin(self) -> None:
        """Seed the games, once, and begin them; raises as `step` does."""
        self._seen, _ = self.envs.reset(seed=int(self._rng.integers(2**31)))
        _check("observation", self._seen, 0)

    def step(self, choose: Choose, epsilon: float) -> int:
        """Take one step in each game and return how many were steps of a game and no reset.

        Raises StoppedError for an observation or a reward that is not finite.
        """
        actions = self._explorer.explore(choose(self._seen), epsilon)
        seen, rewards, terminated, truncated, _ = self.envs.step(actions)
        _check("observation", seen, self.steps + 1)
        _check("reward", rewards, self.steps + 1)
        played = np.flatnonzero(self._playing).tolist()
        for k in played:
            step = self._seen[k], actions[k], rewards[k], seen[k], terminated[k], truncated[k]
            self._window.add(k, *step)
        over = terminated | truncated
        self.steps += len(played)
        self._gained[played] += rewards[played]
        self._lasted[played] += 1
        if over.any():
            self._close(over)
        self._explorer.forget(~self._playing)
        self._seen, self._playing = seen, ~over
        return len(played)

    def _close(self, over: np.ndarray) -> None:
        """Write down the episodes that are over."""
        self.returns += self._gained[over].tolist()
        self.lengths += self._lasted[over].tolist()
        self.ends += [self.steps] * int(over.sum())
        self._gained[over], self._lasted[over] = 0, 0


def _check(name: str, values: np.ndarray, step: int) -> None:
    if not np.isfinite(values).all():
        bad = values[~np.isfinite(values)][0]
        raise StoppedError(f"the {name} was {bad} at step {step}")
