"""Pictures and animated pictures: what they hold, and how they are kept in a file."""

import base64
import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from peterwolf import animation
from peterwolf.drawing.animation import animate, picture, save

MIMES = ("image/gif", "image/webp")
COLOURS = ((200, 30, 30), (30, 200, 30), (30, 30, 200), (220, 220, 40), (20, 20, 20))
FRAMES = [np.full((40, 60, 3), colour, dtype=np.uint8) for colour in COLOURS]
STILL = picture(FRAMES[0], alt="a red square")
FLAT = np.zeros((4, 4, 3), dtype=np.uint8)


def shown(what: animation.Picture) -> list[tuple[np.ndarray, int]]:
    """Each frame as Pillow decodes it, with its milliseconds."""
    frames = []
    with Image.open(io.BytesIO(what.data)) as image:
        for k in range(getattr(image, "n_frames", 1)):
            image.seek(k)
            image.load()
            pixels = np.array(image.convert("RGB"))
            frames.append((pixels, image.info.get("duration", 0)))
    return frames


# What is shown


def test_a_picture_holds_the_frame_exactly():
    frame = np.random.default_rng(0).integers(0, 256, (30, 50, 3), dtype=np.uint8)
    ((pixels, _),) = shown(picture(frame, alt="noise"))
    assert np.array_equal(pixels, frame)


def test_a_smooth_picture_is_smaller_where_colours_run_into_one_another_and_as_exact():
    frame = np.repeat(np.add.outer(np.arange(100), np.arange(100))[..., None], 3, axis=2)
    frame = frame.astype(np.uint8)
    plain, smooth = picture(frame, alt="a slope"), picture(frame, alt="a slope", smooth=True)
    if animation.AS_THEY_ARE:  # an older OpenCV makes both alike
        assert len(smooth.data) < len(plain.data) / 2
    for each in (plain, smooth):
        assert np.array_equal(shown(each)[0][0], frame)


@pytest.mark.parametrize("mime", MIMES)
def test_an_animation_has_all_its_frames_in_order(mime):
    frames = [pixels for pixels, _ in shown(animate(FRAMES, alt="colours", mime=mime))]
    assert len(frames) == 5
    for pixels, frame in zip(frames, FRAMES, strict=True):
        assert pixels.shape == frame.shape
        assert np.abs(pixels.astype(int) - frame).max() < 12


@pytest.mark.parametrize("mime", MIMES)
@pytest.mark.parametrize(("fps", "each"), [(4, 250), (10, 100), (50, 20), (0.1, 10_000)])
def test_frames_stay_as_long_as_they_should(mime, fps, each):
    durations = [ms for _, ms in shown(animate(FRAMES, alt="a", fps=fps, hold=1.5, mime=mime))]
    assert durations == [each] * 4 + [each + 1500]


@pytest.mark.parametrize("mime", MIMES)
def test_without_a_hold_all_frames_stay_equally_long(mime):
    durations = [ms for _, ms in shown(animate(FRAMES, alt="a", fps=5, hold=0, mime=mime))]
    assert durations == [200] * 5


@pytest.mark.parametrize("mime", MIMES)
def test_frames_that_are_equal_keep_their_time(mime):
    # Peter bumps into the edge: the picture stays, and so does the clock.
    frames = [FRAMES[0]] * 3 + [FRAMES[1]]
    durations = [ms for _, ms in shown(animate(frames, alt="a", fps=4, hold=0, mime=mime))]
    assert sum(durations) == 1000 and sum(durations[:-1]) == 750


@pytest.mark.parametrize("mime", MIMES)
def test_an_animation_repeats_for_ever(mime):
    with Image.open(io.BytesIO(animate(FRAMES, alt="a", mime=mime).data)) as image:
        assert image.info["loop"] == 0


@pytest.mark.parametrize("mime", MIMES)
def test_one_frame_is_an_animation_too(mime):
    what = animate(FRAMES[:1], alt="a", mime=mime)
    assert len(shown(what)) == 1 and what.mime == mime


def test_a_webp_of_a_drawing_is_half_of_its_gif_and_loses_nothing():
    cells = np.random.default_rng(0).integers(0, 3, (30, 20, 30)).repeat(10, 1).repeat(10, 2)
    colors = np.array([[0, 158, 115], [242, 207, 179], [255, 255, 255]], dtype=np.uint8)
    frames = list(colors[cells])
    gif, webp = (animate(frames, alt="a", mime=mime) for mime in MIMES)
    assert len(webp.data) < len(gif.data) / 2
    with Image.open(io.BytesIO(webp.data)) as image:
        for k, frame in enumerate(frames):
            image.seek(k)
            assert np.array_equal(np.asarray(image.convert("RGB")), frame)


def test_frames_may_be_one_array():
    assert len(shown(animate(np.stack(FRAMES), alt="a"))) == 5


@pytest.mark.parametrize("mime", MIMES)
def test_making_an_animation_leaves_the_frames_alone(mime):
    frames = [frame.copy() for frame in FRAMES]
    animate(frames, alt="a", mime=mime)
    assert all(map(np.array_equal, frames, FRAMES))


@pytest.mark.parametrize("what", [STILL, *(animate(FRAMES, alt="a", mime=m) for m in MIMES)])
def test_a_notebook_gets_the_data_and_the_alt_text(what):
    data, metadata = what._repr_mimebundle_()
    assert base64.b64decode(data[what.mime]) == what.data
    assert metadata[what.mime] == {"alt": what.alt}
    assert data["text/plain"] == repr(what)


def test_where_there_are_no_pictures_the_alt_text_stands():
    assert repr(STILL) == "[picture: a red square]"


# Bad frames and settings


@pytest.mark.parametrize("alt", ["", "  \n", None, 5])
def test_alt_text_is_required(alt):
    for make in (lambda: picture(FLAT, alt=alt), lambda: animate([FLAT], alt=alt)):
        with pytest.raises(ValueError, match="^alt must say in words what .* shows, got "):
            make()


def test_alt_text_cannot_be_forgotten():
    with pytest.raises(TypeError, match="alt"):
        picture(FLAT)
    with pytest.raises(TypeError, match="alt"):
        animate([FLAT])


@pytest.mark.parametrize("frames", [[], (), np.zeros((0, 4, 4, 3), dtype=np.uint8)])
def test_no_frames_are_no_animation(frames):
    with pytest.raises(ValueError, match="^frames must hold at least one frame, got none$"):
        animate(frames, alt="a")


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        (FLAT.astype(float), "float64"),
        (FLAT.astype(np.int64), "int64"),
        (FLAT.tolist(), "list"),
        (None, "NoneType"),
    ],
)
def test_frames_are_uint8_arrays(frame, kind):
    with pytest.raises(TypeError, match=f"^frames must be uint8 arrays, got {kind} as frame 0$"):
        picture(frame, alt="a")
    with pytest.raises(TypeError, match=f"^frames must be uint8 arrays, got {kind} as frame 1$"):
        animate([FLAT, frame], alt="a")


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 4), (4, 4, 1), (1, 4, 4, 3), (12,)])
def test_frames_have_three_colours_a_pixel(shape):
    for make in (picture, lambda frame, alt: animate([frame, frame], alt=alt)):
        with pytest.raises(ValueError) as error:
            make(np.zeros(shape, dtype=np.uint8), alt="a")
        assert "must all have one shape (height, width, 3)" in str(error.value)
        assert f"got {shape} as frame 0" in str(error.value)


@pytest.mark.parametrize("shape", [(0, 4, 3), (4, 0, 3)])
def test_frames_have_pixels(shape):
    empty = np.zeros(shape, dtype=np.uint8)
    for make in (lambda: picture(empty, alt="a"), lambda: animate([empty], alt="a")):
        with pytest.raises(ValueError, match="^frames must "):
            make()


def test_frames_have_one_shape():
    with pytest.raises(ValueError) as error:
        animate([FLAT, FLAT, FLAT[:2]], alt="a")
    assert "got (2, 4, 3) as frame 2 after (4, 4, 3)" in str(error.value)


@pytest.mark.parametrize(
    ("fps", "error"),
    [
        (0, ValueError),
        (-4, ValueError),
        (50.1, ValueError),
        (200, ValueError),
        (np.nan, ValueError),
        (np.inf, ValueError),
        ("4", TypeError),
        (None, TypeError),
    ],
)
def test_a_browser_shows_up_to_50_frames_a_second(fps, error):
    with pytest.raises(error, match=f"^fps must be a number from 0.1 to 50, got {fps!r}$"):
        animate(FRAMES, alt="a", fps=fps)


@pytest.mark.parametrize(("hold", "error"), [(-1, ValueError), (61, ValueError), ("1", TypeError)])
def test_the_last_frame_is_held_up_to_a_minute(hold, error):
    with pytest.raises(error, match=f"^hold must be a number from 0 to 60, got {hold!r}$"):
        animate(FRAMES, alt="a", hold=hold)


@pytest.mark.parametrize("mime", ["image/png", "video/mp4", "gif", None])
def test_an_animation_is_a_gif_or_a_webp(mime):
    allowed = f"^mime must be one of 'image/gif', 'image/webp', got {mime!r}$"
    with pytest.raises(ValueError, match=allowed):
        animate(FRAMES, alt="a", mime=mime)


# Files


@pytest.mark.parametrize(
    ("what", "name"),
    [
        (STILL, "a.png"),
        (STILL, "a.PNG"),
        (animate(FRAMES, alt="a"), "a.gif"),
        (animate(FRAMES, alt="a", mime="image/webp"), "a.webp"),
    ],
    ids=["png", "PNG", "gif", "webp"],
)
def test_a_saved_picture_is_a_file_with_its_data(what, name, tmp_path):
    path = save(what, tmp_path / name)
    assert path == tmp_path / name and path.read_bytes() == what.data
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_a_path_may_be_text(tmp_path):
    assert save(STILL, str(tmp_path / "a.png")) == tmp_path / "a.png"


def test_a_folder_may_have_spaces_and_letters_of_any_script(tmp_path):
    folder = tmp_path / "Peter und der Wolf, Пётр и волк, 彼得与狼"
    folder.mkdir()
    path = save(STILL, folder / "Bild ä.png")
    assert path.read_bytes() == STILL.data and len(list(folder.iterdir())) == 1


def test_saving_again_replaces_the_file(tmp_path):
    path = save(picture(FLAT, alt="black"), tmp_path / "a.png")
    save(STILL, path)
    assert path.read_bytes() == STILL.data and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("name", ["a.gif", "a.jpg", "a", "png", ".png", "a.png.webp"])
def test_a_suffix_that_does_not_fit_is_an_error(name, tmp_path):
    with pytest.raises(ValueError) as error:
        save(STILL, tmp_path / name)
    assert str(error.value) == f"path must end in .png, got {str(tmp_path / name)!r}"
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_an_error_and_is_not_made(tmp_path):
    path = tmp_path / "nowhere" / "a.png"
    with pytest.raises(FileNotFoundError) as error:
        save(STILL, path)
    assert str(error.value) == f"path must lie in a folder that exists, got {str(path)!r}"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path, monkeypatch):
    # Root may write everywhere, so the answer of the system is replaced.
    monkeypatch.setattr(os, "access", lambda path, mode: (path, mode) != (tmp_path, os.W_OK))
    path = tmp_path / "a.png"
    with pytest.raises(PermissionError) as error:
        save(STILL, path)
    assert str(error.value) == f"path must lie in a folder that can be written, got {str(path)!r}"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError("No space left on device")])
@pytest.mark.parametrize("old", [None, b"the old one"])
def test_an_interrupted_write_leaves_the_folder_as_it_was(tmp_path, monkeypatch, stop, old):
    path = tmp_path / "a.png"
    if old is not None:
        path.write_bytes(old)
    whole = Path.write_bytes

    def half(self, data):
        whole(self, data[: len(data) // 2])
        raise stop

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(type(stop) if isinstance(stop, OSError) else stop):
        save(STILL, path)
    assert [each.read_bytes() for each in tmp_path.iterdir()] == ([] if old is None else [old])


@pytest.mark.parametrize("what", [FLAT, b"", None])
def test_only_a_picture_can_be_saved(what, tmp_path):
    with pytest.raises(TypeError, match=f"^what must be a Picture.*, got {type(what).__name__}"):
        save(what, tmp_path / "a.png")
