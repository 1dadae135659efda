"""Limits that a process sets for itself and cannot lift again: resources, and system calls."""

import ctypes
import errno
import platform
import resource
import struct

# Of each machine: its number in seccomp, and the calls that nobody needs who only computes:
# those that start programs, reach the network, reach other processes or leave the namespaces.
MACHINES = {
    "x86_64": (
        0xC000003E,
        (41, 57, 58, 59, 62, 101, 129, 165, 200, 234, 250, 272, 297, 298, 308, 310, 311, 321, 322),
        56,
    ),
    "aarch64": (
        0xC00000B7,
        (
            40,
            97,
            117,
            129,
            130,
            131,
            138,
            198,
            217,
            218,
            219,
            221,
            240,
            241,
            268,
            270,
            271,
            280,
            281,
        ),
        220,
    ),
}
LATER_CALLS = (424, 425, 434, 438)  # the same everywhere: pidfds and io_uring
CLONE3, CLONE_THREAD = 435, 0x10000
LOAD, EQUAL, AT_LEAST, BITS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000, 0x80000000
NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def apply(*, seconds: int, memory: int, file_size: int, files: int) -> None:
    """Set the limits: CPU seconds, bytes of memory, bytes a file, open files; no core dumps."""
    for name, most in (
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_AS", memory),
        ("RLIMIT_FSIZE", file_size),
        ("RLIMIT_NOFILE", files),
        ("RLIMIT_CORE", 0),
    ):
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


def refuse_system_calls() -> bool:
    """Refuse what starts processes, reaches the network or other processes; threads may start.

    Returns whether this machine can do it: Linux on x86_64 or aarch64.
    """
    if platform.system() != "Linux" or platform.machine() not in MACHINES:
        return False
    rules = _rules(*MACHINES[platform.machine()])
    packed = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
    program = _Program(len(rules), ctypes.addressof(packed))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    return libc.prctl(SECCOMP, FILTER, ctypes.byref(program), 0, 0) == 0


def _rules(machine: int, refused: tuple[int, ...], clone: int) -> list[tuple[int, int, int, int]]:
    """Return the filter: (code, to skip if it holds, to skip if not, number)."""
    no, unknown = REFUSE | errno.EPERM, REFUSE | errno.ENOSYS
    rules = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, machine), (RETURN, 0, 0, KILL), (LOAD, 0, 0, 0)]
    rules += [(AT_LEAST, 0, 1, 0x40000000), (RETURN, 0, 0, no)]  # the other calls of x86
    for call in (*refused, *LATER_CALLS):
        rules += [(EQUAL, 0, 1, call), (RETURN, 0, 0, no)]
    rules += [(EQUAL, 0, 1, CLONE3), (RETURN, 0, 0, unknown)]  # then clone is called instead
    rules += [(EQUAL, 0, 3, clone), (LOAD, 0, 0, 16), (BITS, 1, 0, CLONE_THREAD)]
    return [*rules, (RETURN, 0, 0, no), (RETURN, 0, 0, ALLOW)]
