"""Games of a learner and of an agent from the same starts, without a clock or a picture."""

from collections.abc import Iterator

import gymnasium
import numpy as np

from peterwolf import arguments, rollout
from peterwolf.widgets.vehicles import copy_of


class Race:
    """Game k begins as after `reset(seed=seed + k)`, for the learner as for the agent.

    `env` is one of the two of `vehicles` and stays as it is; a seed of None
    picks one by chance. A game that did not end does not count and is begun
    again from the same start. `returns` and `agent_returns` have the return of
    each game that counts; `agent` is the agent's `Episode` of the game that is
    on, None without a policy.
    """

    def __init__(
        self, env: gymnasium.Env, *, seed: int | None, policy: rollout.Policy | None
    ) -> None:
        self.env, self._policy = copy_of(env), policy
        seed = np.random.default_rng().integers(2**31) if seed is None else seed
        self._seed = arguments.integer("seed", seed, 0)
        self.returns: list[float] = []
        self.agent_returns: list[float] = []
        self.agent: rollout.Episode | None = None
        self._start: int | None = None
        self._script: Iterator[int] | None = None
        self.begin()
        self.running = False

    @property
    def agent_drives(self) -> bool:
        """Whether the game shown is the agent's."""
        return self._script is not None

    def begin(self) -> None:
        """Let the agent play the next game at once, then put the learner at the same start."""
        start, before = self._seed + len(self.returns), self._start
        if self._policy is not None and start != before:
            self.agent = rollout.play_episode(self.env, self._policy, seed=start)
        self._start = start
        self._reset(None)

    def begin_agent(self) -> None:
        """Put the agent where the game on began, to drive as it did.

        Raises ValueError where there is no agent.
        """
        if self.agent is None:
            raise ValueError("there is no agent to watch: give Play a policy")
        self._reset(iter(self.agent.actions))

    def _reset(self, script: Iterator[int] | None) -> None:
        self.env.reset(seed=self._start)
        self._script, self.running = script, True
        self.steps, self.episode_return = 0, 0.0
        self.terminated = self.over = False

    def step(self, held: int) -> int:
        """Make one step with the action held, or with the agent's, and return which it was."""
        action = held if self._script is None else next(self._script, held)
        _, reward, self.terminated, truncated, _ = self.env.step(action)
        self.steps += 1
        self.episode_return += float(reward)
        self.over = bool(self.terminated or truncated)
        self.running = not self.over
        if self.over and not self.agent_drives:
            self.returns.append(self.episode_return)
            if self.agent is not None:
                self.agent_returns.append(self.agent.total_reward)
        return action
