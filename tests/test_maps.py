"""Maps of a table of two numbers: which action is best where, and what is still to pay."""

import io
import time

import cv2
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from peterwolf import animation, plots
from peterwolf.plots import style

GREEN = tuple(int(style.GREEN[i : i + 2], 16) for i in (1, 3, 5))
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
LOW, HIGH = [-1.2, -0.07], [0.6, 0.07]
NAMES = {"actions": ("left", "coast", "right"), "labels": ("position", "velocity")}
HOW = {"low": LOW, "high": HIGH, **NAMES}
TABLE = np.random.default_rng(0).normal(-20, 4, size=(5, 4, 3))


def cell(painted: np.ndarray, x: int, y: int, side: int = 12) -> np.ndarray:
    """The pixels of a cell of a map, whose y goes up."""
    bottom = painted.shape[0] - y * side
    return painted[bottom - side : bottom, x * side : x * side + side]


def look(painted: np.ndarray, x: int, y: int, side: int = 12) -> str:
    """What a cell of a map looks like."""
    pixels = cell(painted, x, y, side)
    corner, middle = tuple(pixels[0, 0].tolist()), tuple(pixels[side // 2, side // 2].tolist())
    if (corner, middle) == (GREEN, BLACK):
        return "best"
    assert corner == middle
    return "blank" if corner == WHITE else "not best"


# Painting


def test_the_best_action_of_a_cell_is_painted_in_its_map_alone():
    painted = plots.paint_actions(TABLE)
    assert painted.shape == (3, 48, 60, 3) and painted.dtype == np.uint8
    for (x, y), best in np.ndenumerate(TABLE.argmax(axis=-1)):
        assert [look(each, x, y) for each in painted] == [
            "best" if action == best else "not best" for action in range(3)
        ]


def test_all_actions_that_are_tied_are_best():
    q = np.array([[[0.0, -1, 0], [-1, -1, -2]]])
    painted = plots.paint_actions(q)
    assert [look(each, 0, 0) for each in painted] == ["best", "not best", "best"]
    assert [look(each, 0, 1) for each in painted] == ["best", "best", "not best"]


def test_a_cell_of_equal_values_or_never_visited_is_blank():
    q, visits = TABLE.copy(), np.ones(TABLE.shape, dtype=int)
    q[1, 2] = -3
    visits[4, 0], visits[0, 3] = 0, (0, 0, 7)
    painted = plots.paint_actions(q, visits)
    looks = [[[look(each, x, y) for y in range(4)] for x in range(5)] for each in painted]
    assert {tuple(map(int, at)) for at in np.argwhere(np.array(looks) == "blank")} == {
        (action, *where) for action in range(3) for where in ((1, 2), (4, 0))
    }


def test_best_is_told_without_colour():
    painted = plots.paint_actions(TABLE).astype(float) @ [0.3, 0.59, 0.11]
    for action, best in np.ndenumerate(TABLE[2, 1] == TABLE[2, 1].max()):
        assert (np.ptp(cell(painted[action], 2, 1)) > 50) == best


@pytest.mark.parametrize("side", [1, 2, 3, 7, 30])
def test_a_cell_of_any_size_shows_which_is_best(side):
    painted = plots.paint_actions(TABLE, side=side)
    assert painted.shape == (3, 4 * side, 5 * side, 3)
    dotted = (painted[0] == BLACK).all(axis=-1)
    found = [[cell(dotted, x, y, side).any() for y in range(4)] for x in range(5)]
    assert np.array_equal(found, TABLE.argmax(axis=-1) == 0)


@pytest.mark.parametrize(
    ("q", "visits", "says"),
    [
        (
            np.zeros((3, 3)),
            None,
            r"q must be \(n, m, actions\) without nan, got the shape \(3, 3\)",
        ),
        (np.zeros((0, 3, 2)), None, "q must be"),
        (np.full((2, 2, 2), np.nan), None, "q must be"),
        (TABLE, np.ones((5, 4)), r"visits must have the shape \(5, 4, 3\), got \(5, 4\)"),
    ],
)
def test_a_table_that_cannot_be_painted_is_an_error(q, visits, says):
    with pytest.raises(ValueError, match=f"^{says}"):
        plots.paint_actions(q, visits)


# The figure


def test_each_map_is_one_picture_in_the_units_of_the_observation():
    panels = plots.action_maps(TABLE, **HOW)
    assert [panel.get_title() for panel in panels] == list(NAMES["actions"])
    assert [panel.get_xlabel() for panel in panels] == ["position"] * 3
    assert panels[0].get_ylabel() == "velocity"
    for panel, painted in zip(panels, plots.paint_actions(TABLE), strict=True):
        (image,) = panel.images
        assert not panel.collections and not panel.lines
        assert np.array_equal(image.get_array(), painted)
        assert image.get_extent() == [-1.2, 0.6, -0.07, 0.07]


def test_the_legend_names_every_look():
    figure = plots.action_maps(TABLE, **HOW)[0].figure
    (legend,) = figure.legends
    names = [text.get_text() for text in legend.get_texts()]
    assert names == ["best", "not best", "never visited, or all equal"]
    figure.canvas.draw()  # warnings are errors


def test_maps_are_drawn_on_the_axes_given_and_not_shown(monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: pytest.fail("shown"))
    given = plt.subplots(1, 3, layout="constrained")[1]
    assert plots.action_maps(TABLE, **HOW, ax=given).tolist() == given.tolist()
    assert len(plt.get_fignums()) == 1


def test_every_action_has_a_name():
    with pytest.raises(ValueError, match="^actions must be 3 names, got"):
        plots.action_maps(TABLE, **HOW | {"actions": ("left", "right")})
    assert plt.get_fignums() == []


def test_a_large_table_takes_no_more_artists_than_a_small_one():
    large = np.random.default_rng(0).normal(size=(100, 100, 3))
    counts = [len(plots.action_maps(q, **HOW)[0].figure.findobj()) for q in (TABLE, large)]
    assert counts[1] <= counts[0] + 30  # ticks; it has 10,000 cells


@pytest.mark.speed
def test_a_table_of_100_by_100_cells_is_drawn_in_less_than_two_seconds():
    q = np.random.default_rng(0).normal(size=(100, 100, 3))
    before = time.process_time()
    plots.pixels(plots.action_maps(q, **HOW)[0])
    assert time.process_time() - before < 2


# Frames of an animation


def snapshots(count: int, cells: int = 20) -> list[tuple]:
    """Tables on their way, in each of which a few cells change."""
    rng = np.random.default_rng(0)
    q, seen = np.zeros((cells, cells, 3)), []
    visits = np.zeros(q.shape, dtype=int)
    for episode in range(count):
        where = tuple(rng.integers(0, cells, size=(2, 40)))
        q[where], visits[where] = rng.normal(size=(40, 3)), 1
        seen.append((100 * episode, q.copy(), visits.copy()))
    return seen


def test_a_frame_holds_the_maps_of_its_snapshot():
    seen = snapshots(3)
    frames = plots.action_frames(seen, **HOW)
    assert len({frame.shape for frame in frames}) == 1 and frames[0].dtype == np.uint8
    for frame, (_, q, visits) in zip(frames, seen, strict=True):
        assert any(held(frame, plots.paint_actions(q, visits, side)) for side in (11, 10, 9, 8))


def held(frame: np.ndarray, maps: np.ndarray) -> bool:
    """Whether a frame holds all maps, to the last pixel, in a dark frame, side by side."""
    found = [cv2.minMaxLoc(cv2.matchTemplate(frame, each, cv2.TM_SQDIFF)) for each in maps]
    corners = [where for _, _, where, _ in found]
    height, width = maps.shape[1:3]
    for (left, top), picture in zip(corners, maps, strict=True):
        rows, columns = slice(top, top + height), slice(left, left + width)
        if not np.array_equal(frame[rows, columns], picture):
            return False
        sides = frame[rows, left - 1], frame[rows, left + width]
        ends = frame[top - 1, columns], frame[top + height, columns]
        assert max(np.median(line) for line in sides + ends) < 140
    return len({top for _, top in corners}) == 1 and sorted(corners) == corners


def test_frames_differ_in_their_maps_and_in_the_number_of_episodes():
    _, q, visits = snapshots(2)[1]
    one, same, other = plots.action_frames([(0, q, visits), (0, q, visits), (7, q, visits)], **HOW)
    assert np.array_equal(one, same)
    rows = np.flatnonzero((one != other).any(axis=(1, 2)))
    assert len(rows) and rows.max() < len(one) / 8  # the title alone


def test_the_frames_look_like_the_figure():
    _, q, visits = snapshots(30)[-1]
    figure = plots.pixels(plots.action_maps(q, visits=visits, **HOW)[0])
    (frame,) = plots.action_frames([(0, q, visits)], **HOW)
    assert frame.shape == figure.shape
    for color in (GREEN, WHITE):
        shares = [(each == color).all(axis=-1).mean() for each in (frame, figure)]
        assert shares[0] == pytest.approx(shares[1], rel=0.4)
    assert plt.get_fignums() == []


def test_50_frames_draw_the_figure_twice_and_take_400_kilobytes(monkeypatch):
    drawn, draw = [], FigureCanvasAgg.draw
    monkeypatch.setattr(FigureCanvasAgg, "draw", lambda canvas: drawn.append(draw(canvas)))
    shown = film()
    assert len(drawn) == 2  # not once for each frame
    assert len(shown.data) < 400_000
    with Image.open(io.BytesIO(shown.data)) as picture:
        assert picture.n_frames == 50


@pytest.mark.speed
def test_50_frames_are_made_in_3_seconds():
    before = time.process_time()
    film()
    assert time.process_time() - before < 3


def film():
    frames = plots.action_frames(snapshots(50), **HOW)
    return animation.animate(frames, alt="Three maps change as the table learns.", fps=25)


def test_no_snapshots_and_a_table_too_large_for_pixels_are_errors():
    with pytest.raises(ValueError, match="^snapshots must hold at least one table, got none"):
        plots.action_frames([], **HOW)
    large = np.zeros((500, 4, 3))
    with pytest.raises(ValueError, match=r"^q must fit into .* pixels a map, got \(500, 4\) cells"):
        plots.action_frames([(0, large, large)], **HOW)


# Cost to go

PLACE = {"low": LOW, "high": HIGH, "labels": NAMES["labels"]}


def test_the_cost_to_go_is_the_best_value_with_its_sign_turned():
    ax = plots.cost_to_go(TABLE, **PLACE)
    (image,) = ax.images
    assert np.array_equal(image.get_array(), -TABLE.max(axis=-1).T)
    assert image.get_extent() == [-1.2, 0.6, -0.07, 0.07] and image.origin == "lower"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("position", "velocity")
    assert image.colorbar.ax.get_ylabel() == "cost to go, −max q"


def test_a_cell_never_visited_has_no_cost():
    visits = np.ones(TABLE.shape)
    visits[3, 1] = 0
    image = plots.cost_to_go(TABLE, visits=visits, **PLACE).images[0]
    assert np.argwhere(np.isnan(image.get_array().filled(np.nan))).tolist() == [[1, 3]]


def faces_of(ax):
    """The corners of the faces of a surface, (faces, 4, 3)."""
    (surface,) = ax.collections
    if not hasattr(surface, "_faces"):  # before matplotlib 3.10
        return surface._vec[:3].T.reshape(-1, 4, 3)
    return np.asarray(surface._faces)


def test_the_surface_stands_over_the_middles_of_the_cells():
    ax = plots.cost_to_go(TABLE, surface=True, **PLACE)
    assert ax.name == "3d" and ax.get_zlabel() == "cost to go, −max q"
    faces = faces_of(ax)
    assert faces.shape == (4 * 3, 4, 3)
    np.testing.assert_allclose(np.unique(faces[..., 0].round(9)), [-1.02, -0.66, -0.3, 0.06, 0.42])
    np.testing.assert_allclose(
        np.unique(faces[..., 1].round(9)), [-0.0525, -0.0175, 0.0175, 0.0525]
    )
    for face in faces:
        for position, velocity, cost in face:
            i, j = int((position + 1.2) / 0.36), int((velocity + 0.07) / 0.035)
            assert cost == -TABLE[i, j].max()
    ax.figure.canvas.draw()


def test_the_surface_has_a_hole_where_nobody_ever_was():
    visits = np.ones(TABLE.shape)
    visits[2, 1] = 0
    ax = plots.cost_to_go(TABLE, visits=visits, surface=True, **PLACE)
    assert len(faces_of(ax)) == 12 - 4
    ax.figure.canvas.draw()


def test_a_large_table_is_a_surface_of_at_most_50_by_50_points():
    table = np.zeros((101, 60, 3))
    assert len(faces_of(plots.cost_to_go(table, surface=True, **PLACE))) == 33 * 29


@pytest.mark.parametrize("surface", [False, True])
def test_the_cost_is_drawn_on_the_axes_given(surface):
    given = plt.figure().add_subplot(projection="3d" if surface else None)
    assert plots.cost_to_go(TABLE, surface=surface, ax=given, **PLACE) is given
    assert given.has_data() and len(plt.get_fignums()) == 1


@pytest.mark.parametrize("q", [np.zeros((3, 3)), np.full((2, 2, 3), np.inf), np.zeros((0, 2, 3))])
def test_a_cost_is_told_by_a_finite_table(q):
    with pytest.raises(ValueError, match=r"^q must be \(n, m, actions\) of finite numbers, got"):
        plots.cost_to_go(q, **PLACE)
    assert plt.get_fignums() == []
