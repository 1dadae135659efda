"""The rules of forage, on boards of a few cells."""

import pytest

from peterwolf import CLASSIC, Action, Board, Cell
from peterwolf.worlds.rules import Forage, Outcome, Peter, check_start, move

FORAGE = Forage()
MEADOW = Board.from_text("""
    ...
    ...
    ...
""")
CROSSING = Board.from_text("""
    .A.
    ~.W
    .T.
""")
UP, DOWN, LEFT, RIGHT = Action

BAD_ACTIONS = [
    (-1, ValueError),
    (4, ValueError),
    (10**30, ValueError),
    (1.5, TypeError),
    (1.0, TypeError),
    (float("nan"), TypeError),
    ("up", TypeError),
    ("0", TypeError),
    (None, TypeError),
    (True, TypeError),
    ([0], TypeError),
]


@pytest.mark.parametrize(
    ("action", "there"), [(UP, (1, 0)), (DOWN, (1, 2)), (LEFT, (0, 1)), (RIGHT, (2, 1))]
)
def test_each_action_goes_where_its_name_says(action, there):
    assert move(MEADOW, (1, 1), action) == there
    assert FORAGE.step(MEADOW, Peter(1, 1), action) == Outcome(Peter(*there), -0.1, False, None)


@pytest.mark.parametrize("corner", [(0, 0), (2, 0), (0, 2), (2, 2)])
def test_the_edge_stops_peter_and_costs_a_move(corner):
    x, y = corner
    for action in (LEFT if x == 0 else RIGHT, UP if y == 0 else DOWN):
        assert FORAGE.step(MEADOW, Peter(x, y), action) == Outcome((x, y), -0.1, False, None)


@pytest.mark.parametrize(
    ("action", "reward", "outcome"),
    [(UP, 10, "apple"), (LEFT, -10, "drowned"), (RIGHT, -10, "eaten")],
)
def test_the_move_that_ends_the_game_pays_its_end_and_not_the_move(action, reward, outcome):
    after = FORAGE.step(CROSSING, Peter(1, 1), action)
    assert after.reward == reward
    assert after.terminated is True
    assert after.outcome == outcome


@pytest.mark.parametrize("action", [UP, LEFT, RIGHT])
def test_peter_stands_on_the_cell_that_ended_his_game(action):
    after = FORAGE.step(CROSSING, Peter(1, 1), action)
    assert after.peter == move(CROSSING, (1, 1), action) != (1, 1)


def test_a_tree_is_plain_ground():
    assert FORAGE.step(CROSSING, Peter(1, 1), DOWN) == Outcome(Peter(1, 2), -0.1, False, None)
    assert FORAGE.step(CROSSING, Peter(1, 2), DOWN) == Outcome(Peter(1, 2), -0.1, False, None)


def test_no_move_leaves_the_board_or_is_longer_than_one_cell():
    for x, y in CLASSIC.positions():
        for action in Action:
            after = move(CLASSIC, (x, y), action)
            assert after in CLASSIC
            assert abs(after[0] - x) + abs(after[1] - y) <= 1


def test_a_step_is_pure():
    before = CROSSING.to_text()
    first, second = (FORAGE.step(CROSSING, Peter(1, 1), UP) for _ in range(2))
    assert first == second
    assert CROSSING.to_text() == before


@pytest.mark.parametrize(("action", "error"), BAD_ACTIONS)
def test_an_action_other_than_0_to_3_is_an_error(action, error):
    message = f"action must be an integer from 0 to 3, got {action!r}"
    for act in (lambda: move(MEADOW, (1, 1), action), lambda: FORAGE.step(MEADOW, (1, 1), action)):
        with pytest.raises(error) as caught:
            act()
        assert str(caught.value) == message


def test_a_game_goes_on_from_ground_and_trees_only():
    assert set(FORAGE.states(CROSSING)) == {(0, 0), (2, 0), (1, 1), (0, 2), (1, 2), (2, 2)}
    assert len(list(FORAGE.states(CLASSIC))) == 45 + 5


def test_the_state_is_the_position():
    assert FORAGE.start((2, 1)) == Peter(x=2, y=1)
    assert FORAGE.shape(Board.from_text("...\n..A")) == (3, 2)


@pytest.mark.parametrize("position", [(0, 0), (1, 2)])
def test_peter_may_start_on_ground_or_at_a_tree(position):
    check_start(FORAGE, CROSSING, position)


@pytest.mark.parametrize(
    ("position", "cell"), [((0, 1), "water"), ((2, 1), "wolf"), ((1, 0), "apple")]
)
def test_peter_may_not_start_where_a_game_ends(position, cell):
    with pytest.raises(ValueError, match="^start must be a ground or tree cell, got ") as error:
        check_start(FORAGE, CROSSING, position)
    assert str(error.value).endswith(f"{position}, which is {cell}")


def test_a_board_without_an_apple_is_an_error_that_shows_the_board():
    message = "^board must have at least one apple cell to find, got none on this 2 x 2 board:\n"
    with pytest.raises(ValueError, match=message + r"\.T\n~W$"):
        FORAGE.check_board(Board.from_text(".T\n~W"))


def test_a_board_without_ground_is_an_error():
    with pytest.raises(ValueError, match="^board must have at least one ground cell to start from"):
        FORAGE.check_board(Board.from_text("TT\nAA"))


def test_every_kind_of_cell_has_a_rule():
    endings = {cell for cell in Cell if cell in FORAGE.endings}
    assert endings == {Cell.APPLE, Cell.WATER, Cell.WOLF}
