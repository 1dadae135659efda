"""Saved runs: whole or not at all, and nothing in a file is trusted."""

import io
import os
import re
import subprocess
import sys
import time
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from counted import calls

from peterwolf import archive, saving, tabular
from peterwolf.saving import BrokenRunError, load, save
from peterwolf.tabular.bins import Bins
from peterwolf.tabular.run import Run


def learnt(snapshots: int = 4, **told) -> Run:
    """A short run on the hill."""
    told = {"episodes": 6, "alpha": 0.5, "gamma": 0.9, "epsilon": 0.3, "engine": "python"} | told
    return tabular.q_learning(
        gymnasium.make("MountainCar-v0", max_episode_steps=20),
        encode=Bins([-1.2, -0.07], [0.6, 0.07], (4, 3)),
        rng=np.random.default_rng(0),
        snapshots=snapshots,
        **told,
    )


RUN = learnt()
ARRAYS = ("q", "visits", "returns", "lengths")


def tables(run: Run) -> dict[str, np.ndarray]:
    """Every array of a run, by name."""
    found = {name: getattr(run, name) for name in ARRAYS}
    for k, (_, q, visits) in enumerate(run.snapshots):
        found |= {f"q {k}": q, f"visits {k}": visits}
    return found


def same(one: Run, other: Run) -> bool:
    """Whether two runs are equal to the last bit."""
    left, right = tables(one), tables(other)
    return (
        left.keys() == right.keys()
        and all(left[name].dtype == right[name].dtype for name in left)
        and all(left[name].shape == right[name].shape for name in left)
        and all(left[name].tobytes() == right[name].tobytes() for name in left)
        and [each.episode for each in one.snapshots] == [each.episode for each in other.snapshots]
        and (one.engine, one.interrupted) == (other.engine, other.interrupted)
    )


RUNS = {
    "with snapshots": RUN,
    "without": learnt(0),
    "compiled": learnt(engine="compiled"),
    "interrupted": replace(RUN, interrupted=True),
    "before the first episode": replace(learnt(0), returns=np.zeros(0), lengths=np.zeros(0, int)),
    "single precision": learnt(q=np.zeros((4, 3, 3), dtype=np.float32)),
    "turned": replace(learnt(0), q=np.asfortranarray(RUN.q)),
}


# There and back


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_a_run_comes_back_as_it_was(run, tmp_path):
    path = tmp_path / "car.npz"
    assert save(run, path) == path
    back = load(path)
    assert same(run, back) and repr(back) == repr(run)
    assert all(type(each.episode) is int for each in back.snapshots)
    assert type(back.interrupted) is bool and type(back.engine) is str


def test_a_loaded_table_can_be_learnt_on(tmp_path):
    back = load(save(RUN, tmp_path / "car.npz"))
    assert learnt(q=back.q).q.tobytes() == learnt(q=RUN.q).q.tobytes()
    back.q[:] = back.visits[:] = back.returns[:] = 0


def test_numpy_reads_the_file_too(tmp_path):
    with np.load(save(RUN, tmp_path / "car.npz")) as arrays:
        assert np.array_equal(arrays["q"], RUN.q) and arrays["engine"] == b"python"


def test_a_large_run_is_packed(tmp_path):
    path = save(
        replace(RUN, returns=np.full(10**6, -200.0), lengths=np.full(10**6, 200)),
        tmp_path / "a.npz",
    )
    assert path.stat().st_size < 100_000


# What cannot be saved


@pytest.mark.parametrize("name", ["car", "car.pkl", "car.npz.txt"])
def test_a_file_of_a_run_ends_in_npz(name, tmp_path):
    with pytest.raises(ValueError, match=r"^path must end in \.npz, got"):
        save(RUN, tmp_path / name)


def test_something_else_than_a_run_is_not_saved(tmp_path):
    with pytest.raises(TypeError, match="^saved must be a Run, .*or a Network, got ndarray"):
        save(RUN.q, tmp_path / "car.npz")


def test_a_run_that_could_not_be_loaded_leaves_the_old_file(tmp_path, monkeypatch):
    path = save(RUN, tmp_path / "car.npz")
    wrong = replace(RUN, visits=RUN.visits[:2])
    with pytest.raises(
        ValueError, match=r"^visits must have the shape \(4, 3, 3\), got \(2, 3, 3\)"
    ):
        save(wrong, path)
    monkeypatch.setattr(archive, "LARGEST", 1000)
    with pytest.raises(ValueError, match="^its arrays have .* bytes, more than 1,000"):
        save(RUN, path)
    monkeypatch.undo()
    assert same(load(path), RUN) and list(tmp_path.iterdir()) == [path]


def test_a_folder_that_does_not_exist_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="^path must lie in a folder that exists"):
        save(RUN, tmp_path / "none" / "car.npz")


# Accidents


def broken(path: Path, says: str = "") -> None:
    """Hold that a file is refused, for a reason."""
    with pytest.raises(BrokenRunError, match=f"holds no run or network that can be read: .*{says}"):
        load(path)


@pytest.fixture
def path(tmp_path):
    return save(RUN, tmp_path / "car.npz")


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    broken(tmp_path / "none.npz", "there is no such file")
    broken(tmp_path, "there is no such file")


def test_a_file_that_is_cut_off_anywhere_is_refused(path):
    whole = path.read_bytes()
    for length in {*range(0, len(whole), 37), *range(len(whole) - 120, len(whole))}:
        path.write_bytes(whole[:length])
        broken(path, "it was cut off or changed")


def test_a_file_with_more_at_its_end_is_refused(path):
    path.write_bytes(path.read_bytes() + b"0")
    broken(path, "it was cut off or changed")


def test_a_flipped_byte_anywhere_is_refused(path):
    whole = bytearray(path.read_bytes())
    for place in {*range(0, len(whole), 13), *range(len(whole) - 150, len(whole))}:
        whole[place] ^= 0x20
        path.write_bytes(whole)
        broken(path, "it was cut off or changed")
        whole[place] ^= 0x20
    path.write_bytes(whole)
    assert same(load(path), RUN)


@pytest.mark.parametrize("data", [b"", b"PK", b"hello", bytes(5000)])
def test_a_file_of_another_kind_is_refused(data, path):
    path.write_bytes(data)
    broken(path)


def test_a_file_that_numpy_wrote_is_refused(path):
    np.savez(path, q=RUN.q)
    broken(path)


def test_a_run_of_another_format_is_refused(path, monkeypatch):
    monkeypatch.setattr(saving, "FORMAT", 2)
    save(RUN, path)
    monkeypatch.undo()
    broken(path, "it is of format 2, and this package reads format 1")


# Files made to deceive: their digest is right


def sealed(data: bytes) -> bytes:
    """Give the bytes of a zip, which has no comment, the comment that a run has."""
    data = data[:-2] + (64).to_bytes(2, "little")
    return data + archive.digest(data)


def forged(arrays: dict, packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A file of arrays, or of bytes in their place."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packed) as archive:
        for name, array in arrays.items():
            inside = io.BytesIO()
            if isinstance(array, bytes):
                inside.write(array)
            else:
                np.lib.format.write_array(inside, array, version=(1, 0), allow_pickle=True)
            archive.writestr(f"{name}.npy", inside.getvalue())
    return sealed(stream.getvalue())


def test_the_forger_can_forge(path):
    path.write_bytes(forged(saving._arrays(RUN)))
    assert same(load(path), RUN)


class Bomb:
    """What a pickle runs when it is read."""

    def __reduce__(self):
        return os.mkdir, ("exploded",)


WRONG = {
    "returns of another length": ({"returns": np.zeros(9)}, "lengths must have the shape"),
    "a table of returns": ({"returns": np.zeros((6, 1))}, "returns must have the shape"),
    "a number as returns": ({"returns": np.array(0.0)}, "returns must have the shape"),
    "visits of another shape": ({"visits": np.zeros((4, 3, 2), int)}, "visits must have the shape"),
    "too few snapshots": ({"snapshots_q": np.zeros((1, 4, 3, 3))}, "snapshots_q must have the sh"),
    "snapshots of another shape": ({"snapshots_visits": np.zeros((4, 5), int)}, "snapshots_visi"),
    "whole numbers as values": ({"q": np.zeros((4, 3, 3), int)}, "q must be of kind"),
    "complex values": ({"q": np.zeros((4, 3, 3), complex)}, "q must be of kind"),
    "turned bytes": ({"q": np.zeros((4, 3, 3), ">f8")}, "q must be of kind"),
    "text as returns": ({"returns": np.array(["a"] * 6)}, "returns must be of kind"),
    "a format of two numbers": ({"format": np.array([1, 1])}, ""),
    "an engine that is no text": ({"engine": np.array(b"\xff", "S16")}, ""),
    "an array more": ({"more": np.zeros(3)}, "it must hold format, .*, got"),
    "a table turned": ({"q": np.zeros((4, 3, 3), order="F")}, "q.npy holds no rows of numbers"),
    "a pickle": ({"q": np.array([Bomb()], dtype=object)}, "q.npy holds no rows of numbers"),
    "a pickle alone": ({"q": b"cos\nmkdir\n(S'exploded'\ntR."}, ""),
    "no header": ({"q": b"\x93NUMPY\x01\x00"}, ""),
    "a header that is code": ({"q": b"\x93NUMPY\x01\x00\x18\x00__import__('os').abort()"}, ""),
    "a newer header": ({"q": b"\x93NUMPY\x03\x00"}, "q.npy is of another version"),
}


@pytest.mark.parametrize(("changed", "says"), WRONG.values(), ids=WRONG)
def test_arrays_that_are_not_those_of_a_run_are_refused(changed, says, path, monkeypatch):
    monkeypatch.chdir(path.parent)
    path.write_bytes(forged(saving._arrays(RUN) | changed))
    broken(path, says)
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("name", saving.KINDS)
def test_a_file_that_lacks_an_array_is_refused(name, path):
    arrays = saving._arrays(RUN)
    del arrays[name]
    path.write_bytes(forged(arrays))
    broken(path, "it must hold")


def header(shape: tuple, kind: str = "<f8") -> bytes:
    """The beginning of an array."""
    stream = io.BytesIO()
    told = {"descr": kind, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, told)
    return stream.getvalue()


@pytest.mark.parametrize(
    "shape", [(10**12,), (2**31, 2**31, 2**31), (0, 2**62, 2**62), (-4, 3, 3), (-1, -36)]
)
def test_a_shape_without_its_numbers_is_refused_before_room_is_made_for_it(shape, path):
    path.write_bytes(forged(saving._arrays(RUN) | {"q": header(shape) + bytes(288)}))
    sparingly(path)


def test_shapes_that_fit_each_other_but_have_too_few_numbers_are_refused_sparingly(path):
    many = {"returns": header((3_000_000,)) + bytes(48), "lengths": header((3_000_000,), "<i8")}
    path.write_bytes(forged(saving._arrays(RUN) | many))
    sparingly(path, "returns.npy has 176 bytes, but its shape is")


def test_more_numbers_than_the_shape_says_are_refused(path):
    more = {"q": header((4, 3, 3)) + bytes(289)}
    path.write_bytes(forged(saving._arrays(RUN) | more))
    broken(path, "q.npy has 417 bytes, but its shape is")


def sparingly(path: Path, says: str = "", most: float | None = None) -> None:
    """Hold that a file is refused with little more memory than it has bytes itself."""
    most = 3 * path.stat().st_size + 2e6 if most is None else most
    tracemalloc.start()
    try:
        broken(path, says)
        _, used = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert used < most


def declared(data: bytes, name: str, size: int) -> bytes:
    """Let a zip say another unpacked size of a member in its list of contents."""
    (at,) = (found.start() for found in re.finditer(b"PK\1\2.{42}" + name.encode(), data, re.S))
    return sealed(data[: at + 24] + size.to_bytes(4, "little") + data[at + 28 : -66] + bytes(2))


@pytest.mark.parametrize("size", [101_000_000, 2**32 - 2])
def test_a_member_that_says_it_is_huge_is_refused(size, path):
    path.write_bytes(declared(forged(saving._arrays(RUN)), "q.npy", size))
    sparingly(path, "it would unpack to more than 100,000,000 bytes")


def test_zeros_without_end_in_a_small_file_are_refused(path, monkeypatch):
    monkeypatch.setattr(archive, "LARGEST", 5_000_000)
    zeros = header((2_500_000,)) + bytes(20_000_000)
    path.write_bytes(forged(saving._arrays(RUN) | {"returns": zeros}))
    assert path.stat().st_size < 30_000
    sparingly(path, "it would unpack to more than 5,000,000 bytes")
    path.write_bytes(declared(path.read_bytes(), "returns.npy", 176))  # and now it lies
    sparingly(path)


def test_another_packing_is_refused(path):
    for packed in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):  # a block of it unpacks without limit
        path.write_bytes(forged(saving._arrays(RUN) | {"q": bytes(10**7)}, packed))
        sparingly(path, "it is packed in another way")


def test_a_list_of_contents_without_end_is_refused(path):
    path.write_bytes(forged(dict.fromkeys(map(str, range(20_000)), b"")))
    sparingly(path, "its list of contents is too long")


def test_a_second_list_of_contents_is_refused(path):
    data = forged(saving._arrays(RUN))[:-64]
    locator = b"PK\6\7" + bytes(16)
    data = data[:-22] + locator + data[-22:]
    path.write_bytes(data + archive.digest(data))
    broken(path, "its list of contents is too long")


def test_a_file_too_large_to_be_a_run_is_not_read(path):
    with path.open("wb") as file:
        file.truncate(10**10)  # a hole that takes no room on disk
    sparingly(path, "it has 10,000,000,000 bytes, more than 100,000,000", most=2e6)


# Killed while it writes: `files.write`, which each save ends with. It dies at its first call or
# return, at its second, and so on to its last; and where the file has half its bytes.

SCRIPT = """
import os, resource, signal, sys
from pathlib import Path
from peterwolf import files
path, texts = Path(sys.argv[1]), [bytes([k]) * 10**5 for k in range(2)]

def killed(at, most=resource.RLIM_INFINITY):
    child = os.fork()
    if not child:
        events = 0
        def count(*told):
            nonlocal events
            events += 1
            if events == at:
                os.kill(os.getpid(), signal.SIGKILL)
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
        sys.setprofile(count)
        files.write(path, texts[1])
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])

files.write(path, texts[0])
kills = int(killed(0, most=len(texts[1]) // 2))
assert kills and path.read_bytes() == texts[0]
seen = []
while killed(kills):
    kills += 1
    seen.append(texts.index(path.read_bytes()))
assert seen == sorted(seen)  # the old file, and from one moment on the new one
print(kills, *sorted(set(seen)), len(os.listdir(path.parent)))  # the folders that were left
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process can be split")
def test_a_process_killed_while_it_writes_leaves_the_old_file_or_the_new_one(tmp_path):
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "car.npz")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    kills, *seen, left = map(int, done.stdout.split())
    assert kills >= 100 and seen == [0, 1] and left > 1


def of_many_episodes(count):
    run = learnt(q=np.zeros((4, 3, 3)), snapshots=0)
    return replace(run, returns=np.arange(float(count)), lengths=np.arange(count))


def test_25_000_episodes_are_saved_and_loaded_in_as_many_calls_as_25(tmp_path):
    def made(run):
        return calls(lambda: load(save(run, tmp_path / "car.npz")))

    made(RUN)  # loads what is needed
    few, many = made(of_many_episodes(25)), made(of_many_episodes(25_000))
    assert many < few + 200  # pieces of what is packed


@pytest.mark.speed
def test_saving_and_loading_take_less_than_a_second(tmp_path):
    run = of_many_episodes(25_000)
    begin = time.process_time()
    load(save(run, tmp_path / "car.npz"))
    assert time.process_time() - begin < 1
