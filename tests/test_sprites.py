"""The small pictures: made from their SVGs, told apart without colour, clear when broken."""

from importlib.resources import files

import cv2
import numpy as np
import pytest
import resvg_py

from peterwolf.drawing import sprites

NAMES = ("peter", "wolf", "apple", "tree", "water")
FOLDER = files("peterwolf.drawing").joinpath("pictures")
PAPER = (250, 246, 235)


def decoded(data: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED).astype(int)


def grey(name: str, size: int) -> np.ndarray:
    picture = np.full((size, size, 3), PAPER, dtype=np.uint8)
    sprites.paste(picture, name, 0, 0, size)
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(int)


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """A package folder of our own, so that a sprite can be lost or broken."""
    monkeypatch.setattr(sprites, "files", lambda package: tmp_path)
    sprites.sprite.cache_clear()
    (tmp_path / "pictures").mkdir()
    yield tmp_path / "pictures"
    sprites.sprite.cache_clear()


def test_the_package_holds_these_sprites_and_their_sources():
    held = sorted(path.name for path in FOLDER.iterdir())
    assert held == sorted(f"{name}.{kind}" for name in NAMES for kind in ("png", "svg"))


@pytest.mark.parametrize("name", NAMES)
def test_a_sprite_is_what_its_svg_draws(name):
    source = FOLDER / f"{name}.svg"
    drawn = decoded(bytes(resvg_py.svg_to_bytes(svg_path=str(source), width=128, height=128)))
    kept = decoded((FOLDER / f"{name}.png").read_bytes())
    assert kept.shape == drawn.shape == (128, 128, 4)
    assert np.abs(kept - drawn).max() <= 2


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [8, 24, 50, 128, 200])
def test_a_sprite_has_the_size_that_was_asked(name, size):
    colour, rest = sprites.sprite(name, size)
    assert colour.shape == (size, size, 3) and rest.shape == (size, size, 1)
    assert rest.min() >= 0 and rest.max() <= 1


@pytest.mark.parametrize("one", NAMES)
@pytest.mark.parametrize("other", NAMES)
def test_two_sprites_differ_clearly_in_grey_at_24_pixels(one, other):
    # The mean difference of two sprites is that of a tenth of the whole scale of grey.
    if one != other:
        assert np.abs(grey(one, 24) - grey(other, 24)).mean() > 25


@pytest.mark.parametrize("name", NAMES)
def test_a_sprite_is_clearly_seen_on_the_ground_at_24_pixels(name):
    ground = cv2.cvtColor(np.full((1, 1, 3), PAPER, dtype=np.uint8), cv2.COLOR_RGB2GRAY)[0, 0]
    assert (np.abs(grey(name, 24) - int(ground)) > 60).mean() > 0.2


def test_pasting_changes_its_own_square_only():
    picture = np.full((60, 80, 3), PAPER, dtype=np.uint8)
    sprites.paste(picture, "wolf", 40, 10, 30)
    changed = (picture != PAPER).any(axis=-1)
    assert changed[10:40, 40:70].any()
    changed[10:40, 40:70] = False
    assert not changed.any()


def test_the_corners_of_peter_are_transparent():
    picture = np.full((50, 50, 3), (1, 2, 3), dtype=np.uint8)
    sprites.paste(picture, "peter", 0, 0, 50)
    assert picture[0, 0].tolist() == picture[-1, -1].tolist() == [1, 2, 3]


def test_a_missing_sprite_is_named_with_its_file(folder):
    with pytest.raises(FileNotFoundError, match="sprite 'wolf' is missing: no file .*wolf.png"):
        sprites.sprite("wolf", 24)


def png(channels: int) -> bytes:
    return cv2.imencode(".png", np.zeros((8, 8, channels), np.uint8))[1].tobytes()


BROKEN = {
    "empty": b"",
    "text": b"not a picture",
    "cut short": (FOLDER / "wolf.png").read_bytes()[:2000],
    "without opacity": png(3),
    "grey": png(1),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_sprite_is_named_with_what_it_must_be(folder, data):
    (folder / "wolf.png").write_bytes(data)
    broken = "sprite 'wolf' is broken: .*wolf.png must be a PNG with an alpha channel"
    with pytest.raises(ValueError, match=broken):
        sprites.sprite("wolf", 24)


def test_a_sprite_that_was_missing_is_found_once_it_is_there(folder):
    with pytest.raises(FileNotFoundError):
        sprites.sprite("wolf", 24)
    (folder / "wolf.png").write_bytes(png(4))
    assert sprites.sprite("wolf", 24)[0].shape == (24, 24, 3)
