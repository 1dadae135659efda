"""The program inside the sandbox: it loads cells and calls the functions that they define.

`python main.py OPTIONS`, where OPTIONS is JSON: the two ends of the pipe, the
folders to import from, and the limits. It is asked by pickles and answers by
lines of JSON, each with the number that the question had.
"""

import contextlib
import json
import os
import pickle
import struct
import sys
import types
from typing import Any

READ = 65536


class Pipe:
    """The line to the parent."""

    def __init__(self, read: int, write: int) -> None:
        self._read, self._write = read, write

    def receive(self) -> bytes:
        """Return the next message; the program ends where there is none."""
        (size,) = struct.unpack("<Q", self._exactly(8))
        return self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        parts = []
        while size:
            part = os.read(self._read, min(size, READ))
            if not part:
                os._exit(0)
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def send(self, message: dict[str, Any]) -> None:
        """Send one line; raises ValueError for what is not plain, and sends nothing then."""
        line = json.dumps(message, allow_nan=False, separators=(",", ":")).encode() + b"\n"
        while line:
            line = line[os.write(self._write, line) :]


class Worker:
    """Answers the parent's questions until it is ended."""

    def __init__(self, pipe: Pipe) -> None:
        from . import games, tensors, values

        self.pipe, self.number = pipe, 0
        self.values, self.games, self.tensors = values, games, tensors
        self.kept: list[Any] = []
        self.lent_games: list[tuple[int, Any]] = []
        self.loans = self._new_loans()
        self.cells = types.ModuleType("__main__")
        sys.modules["__main__"] = self.cells

    def _new_loans(self) -> Any:
        return self.values.Loans(
            self.borrow,
            self.keep,
            self.keep_agent,
            lambda value: self.tensors.told(value, self.modules),
        )

    def borrow(self, kind: str, number: int, *parts: Any) -> Any:
        """Return what stands here for something of the parent's."""
        lent = self.games.borrowed(self.ask, kind, number, *parts)
        if kind == "env":
            self.lent_games.append((number, lent))
        return lent

    def logs(self) -> list[list]:
        """Return [number, moves] of each lent env with moves that the parent does not know yet."""
        logs = [[number, game.log] for number, game in self.lent_games if game.log]
        for _, game in self.lent_games:
            game.log = []
        return logs

    def serve(self) -> None:
        """Answer one question after the other."""
        while True:
            data = self.pipe.receive()
            self.number = struct.unpack("<Q", data[:8])[0]
            self.loans.begin()
            try:
                reply = self.answer(*self.loans.load(data[8:]))
                self.pipe.send({"n": self.number, "g": self.logs(), **reply})
            except BaseException as error:  # SystemExit too
                self.pipe.send({"n": self.number, "g": self.logs(), **self.raised(error)})

    def answer(self, what: str, *parts: Any) -> dict[str, Any]:
        """Do what one question asks and return the reply."""
        if what == "load":
            return self.load(*parts)
        if what == "has":
            return {"k": "return", "v": [callable(vars(self.cells).get(parts[0]))], "c": []}
        if what == "forget":
            self.loans, self.kept, self.lent_games = self._new_loans(), [], []
            return {"k": "done"}
        if what == "each":
            return {"k": "return", "v": self.each(*parts), "c": self.loans.changes()}
        name, arguments, named = parts
        self.modules = self.tensors.modules_among(arguments)
        function = self.method(name) if what == "method" else vars(self.cells)[name]
        told = self.values.encoded(function(*arguments, **named), self.loans)
        reply = {"k": "return", "v": [told], "c": self.loans.changes()}
        if self.modules:
            reply["w"] = self.tensors.changed(self.modules)
        if what == "method" and name[1] not in self.values.AGENT:
            reply["s"] = self.games.state_of(self.kept[name[0]])
        return reply

    def each(self, name: str, cases: list[tuple]) -> list:
        """Return what a function returns for each case, up to the first where it raises."""
        results = []
        with contextlib.suppress(Exception):
            for arguments in cases:
                result = vars(self.cells)[name](*arguments)
                results.append(self.values.encoded(result, self.loans))
        return results

    def method(self, name: tuple[int, str]) -> Any:
        """Return a method of an env or an agent that is kept here."""
        return getattr(self.kept[name[0]], name[1])

    def keep(self, env: Any) -> list:
        """Keep an env and return how it is told: its number, itself without wrappers, the rest."""
        known = next((k for k, each in enumerate(self.kept) if each is env), len(self.kept))
        if known == len(self.kept):
            self.kept.append(env)
        inner = env.unwrapped
        bare = known if inner is env else self.keep(inner)
        return [known, bare, *self.games.described(env), self.games.state_of(env)]

    def keep_agent(self, agent: Any) -> list[int]:
        """Keep an agent and return its number."""
        self.kept.append(agent)
        return [len(self.kept) - 1]

    def load(self, name: str, source: str, imports: dict[str, str]) -> dict[str, Any]:
        """Run a cell; `imports` are the statements that the lesson offers, by name."""
        code = compile(source, f"<{name}>", "exec")
        for used in sorted(_names(code) & imports.keys() - vars(self.cells).keys()):
            try:
                exec(imports[used], vars(self.cells))
            except ImportError:
                continue  # using the name tells
        exec(code, vars(self.cells))
        return {"k": "done"}

    def ask(self, number: int, method: str, arguments: tuple, named: dict[str, Any]) -> Any:
        """Ask the parent to call something of its own."""
        told = [self.values.encoded(each, self.loans) for each in arguments]
        by_name = {name: self.values.encoded(each, self.loans) for name, each in named.items()}
        question = {"k": "ask", "h": number, "m": method, "a": told, "b": by_name}
        question["g"] = self.logs()
        self.pipe.send({"n": self.number, **question})
        data = self.pipe.receive()
        self.number = struct.unpack("<Q", data[:8])[0]
        load = self.loans.load if method == "next" else pickle.loads
        kind, value = load(data[8:])
        if kind == "throw":
            raise value
        return value

    def raised(self, error: BaseException) -> dict[str, Any]:
        """Return the reply that tells an error: its types, its text, a name that is missing."""
        try:
            said = str(error)[:300]
        except Exception:
            said = ""
        missing = getattr(error, "name", None) if isinstance(error, NameError) else None
        kinds = [str(kind.__name__)[:80] for kind in type(error).__mro__]
        return {"k": "raise", "t": kinds, "s": said, "m": missing}


def _names(code: types.CodeType) -> set[str]:
    """Return the global names and attributes that code mentions, functions inside it too."""
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _names(constant)
    return names


def main() -> None:
    """Set the limits, say that all is ready, and serve."""
    options = json.loads(sys.argv[1])
    from . import limits

    limits.apply(**options["limits"])
    limits.refuse_system_calls()
    sys.path[:] = [options["course"], *sys.path, *options["folders"]]
    worker = Worker(Pipe(*options["pipe"]))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    worker.pipe.send({"n": 0, "k": "done"})
    worker.serve()
