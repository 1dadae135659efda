"""Games of a learner and of an agent from the same starts, without a clock or a picture."""

import gymnasium
import numpy as np

from peterwolf import arguments, rollout
from peterwolf.widgets.vehicles import copy_of


class Player:
    """One who drives, on a copy of an env, and how the game stands."""

    def __init__(self, env: gymnasium.Env) -> None:
        self.env = copy_of(env)

    def begin(self, seed: int) -> None:
        """Stand at the start that belongs to a seed."""
        self.env.reset(seed=seed)
        self.steps, self.episode_return = 0, 0.0
        self.terminated = self.over = False

    def step(self, action: int) -> None:
        """Make one step."""
        _, reward, self.terminated, truncated, _ = self.env.step(action)
        self.steps += 1
        self.episode_return += float(reward)
        self.over = bool(self.terminated or truncated)


class Race:
    """Game k begins as after `reset(seed=seed + k)`, for the learner as for the agent.

    `env` is one of the two of `vehicles` and stays as it is; a seed of None
    picks one by chance. The agent plays each game at once, and `rival` shows
    it again in step with `you`; both are None without a policy. A game that
    the learner did not end does not count and is begun again from the same
    start. `returns` and `agent_returns` have the return of each game that
    counts; `agent` is the agent's `Episode` of the game that is on. Raises
    TypeError or ValueError for a seed that is no integer of 0 or more.
    """

    def __init__(
        self, env: gymnasium.Env, *, seed: int | None, policy: rollout.Policy | None
    ) -> None:
        self._policy = policy
        seed = np.random.default_rng().integers(2**31) if seed is None else seed
        self._seed = arguments.integer("seed", seed, 0)
        self.you, self.rival = Player(env), Player(env) if policy else None
        self.returns: list[float] = []
        self.agent_returns: list[float] = []
        self.agent: rollout.Episode | None = None
        self._start: int | None = None
        self.begin()
        self.running = False

    @property
    def players(self) -> list[Player]:
        """The learner, and the agent if there is one."""
        return [self.you] if self.rival is None else [self.you, self.rival]

    def begin(self) -> None:
        """Let the agent play the next game, then put all players at its start."""
        self.running, start = False, self._seed + len(self.returns)
        if self.rival and self._policy and start != self._start:
            self.agent = rollout.play_episode(self.rival.env, self._policy, seed=start)
        self._start = start
        for player in self.players:
            player.begin(start)
        self.running = True

    def step(self, held: int) -> None:
        """Make one step of each whose game goes on, the learner's with the action held."""
        if not self.you.over:
            self.you.step(held)
            if self.you.over:
                self._count()
        if self.rival and self.agent and not self.rival.over:
            self.rival.step(self.agent.actions[self.rival.steps])
        self.running = not all(player.over for player in self.players)

    def _count(self) -> None:
        self.returns.append(self.you.episode_return)
        if self.agent is not None:
            self.agent_returns.append(self.agent.total_reward)
