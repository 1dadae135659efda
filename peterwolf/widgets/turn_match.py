"""Games on Peter's board, a learner's and an agent's from the same starts, without a picture."""

import copy
from typing import Any

import gymnasium
import numpy as np

from peterwolf import arguments, rollout
from peterwolf.envs.board_env import BoardEnv, peters


class Player:
    """One who plays: how the game that is on stands, and how those that count ended.

    `env` is a copy that is the player's alone, `observation` what it showed
    last. `returns` has the return of each game that counts, `wins` says how
    many of them were won.
    """

    def __init__(self) -> None:
        self.returns: list[float] = []
        self.wins = 0

    def begin(self, env: gymnasium.Env, observation: Any) -> None:
        """Stand at the start where `env` is."""
        self.env, self.observation = env, observation
        self.steps, self.episode_return = 0, 0.0
        self.outcome: str | None = None
        self.over = False

    @property
    def world(self) -> BoardEnv:
        """The env without its wrappers."""
        return peters(self.env)

    def move(self, action: int) -> float:
        """Make one move and return its reward."""
        self.observation, reward, terminated, truncated, info = self.env.step(action)
        self.steps += 1
        self.episode_return += float(reward)
        self.outcome, self.over = info["outcome"], bool(terminated or truncated)
        return float(reward)

    def count(self) -> None:
        """Let the game count."""
        self.returns.append(self.episode_return)
        self.wins += self.outcome == self.world.rule.goal


class Duel:
    """Game k begins as after `reset(seed=seed + k)`, for the learner as for the agent.

    `env` is one of Peter's and stays as it is; a seed of None picks one by
    chance. For each move of `you` the `agent` makes one, and it plays on to
    its end when the learner has come to his; it is None without a policy. A
    game that the learner leaves does not count. `trouble` says what a policy
    did wrong: it then sits the game out, which counts for the learner only.
    Raises TypeError or ValueError for a seed that is no integer of 0 or more.
    """

    def __init__(
        self, env: gymnasium.Env, *, seed: int | None, policy: rollout.Policy | None
    ) -> None:
        self._env, self._policy = copy.deepcopy(env), policy
        seed = np.random.default_rng().integers(2**31) if seed is None else seed
        self._next_seed = arguments.integer("seed", seed, 0)
        self.you, self.agent = Player(), None if policy is None else Player()
        self.begin()

    def begin(self) -> None:
        """Put both at the start of the next game, each on an env of his own."""
        observation, _ = self._env.reset(seed=self._next_seed)
        self._next_seed += 1
        self.trouble = ""
        for player in filter(None, (self.you, self.agent)):
            player.begin(copy.deepcopy(self._env), observation)

    def move(self, action: int) -> float:
        """Make the learner's move and the agent's, and return the learner's reward."""
        reward = self.you.move(action)
        self._move_agent()
        if self.you.over:
            while self._agent_goes_on:
                self._move_agent()
            self.you.count()
            if self.agent is not None and self.agent.over:
                self.agent.count()
        return reward

    @property
    def _agent_goes_on(self) -> bool:
        return self.agent is not None and not self.agent.over and not self.trouble

    def _move_agent(self) -> None:
        agent, policy = self.agent, self._policy
        if agent is None or policy is None or not self._agent_goes_on:
            return
        try:
            agent.move(policy(agent.observation))
        except Exception as error:  # it is the learner's own code that plays here
            self.trouble = f"The agent cannot go on: {type(error).__name__}: {error}"
