"""Train settings times seeds, many at a time: `python -m peterwolf.sweep hunt --out hunt.jsonl`.

    python -m peterwolf.sweep hunt --set alpha=0.1,0.5 --set gamma=0.9,0.99 --seeds 5 \\
        --jobs 2 --out hunt.jsonl
    python -m peterwolf.sweep pole --grid grid.json --dask tcp://10.0.0.5:8786 --out pole.jsonl

Worlds: forage, hunt, car (MountainCar), pole (CartPole). What can be set, and
what is not set: `--list`. A grid file holds {"alpha": [0.1, 0.5], ...}. Every
finished trial is one line of the file at once; the same command goes on where
it was stopped, and never repeats a finished trial. The results do not depend
on how many work on them.
"""

import argparse
import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from peterwolf import workers
from peterwolf.progress import Bar
from peterwolf.sweep import summary, trials
from peterwolf.sweep.record import Record


def main(given: list[str] | None = None) -> int:
    """Sweep what the command line says; `given` stands in for it in tests."""
    parser = _parser()
    options = parser.parse_args(given)
    if options.list:
        print(json.dumps({name: known for name, (_, known) in trials.WORLDS.items()}, indent=1))
        return 0
    if options.world is None or options.out is None:
        parser.error("a world and --out are needed")
    try:
        values = _values(options)
        settings = trials.grid(options.world, values)
        record = Record(options.out, options.world, values)
        seeds = range(options.first_seed, options.first_seed + options.seeds)
        wanted = [trials.Trial(options.world, each, seed) for each in settings for seed in seeds]
        _work(record, wanted, options)
    except (OSError, TypeError, ValueError, workers.MissingError) as error:
        parser.error(str(error))
    except KeyboardInterrupt:
        print(f"\nstopped; the same command goes on from {options.out}", file=sys.stderr)
        return 130
    record.sort(wanted)
    print(summary.text([record.results[trial.key] for trial in wanted], options.show))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = workers.command("sweep", __doc__)
    add = parser.add_argument
    add("world", nargs="?", choices=trials.WORLDS)
    add("--out", help="the file of results; it is made, or gone on with")
    add("--set", action="append", default=[], metavar="NAME=V,V,...", help="values to try")
    add("--grid", type=Path, metavar="FILE", help="values to try, {name: [values]}, as JSON")
    add(
        "--seeds",
        type=workers.positive,
        default=5,
        metavar="N",
        help="training seeds a setting (5)",
    )
    add("--first-seed", type=int, default=0, metavar="N", help="the first of them (0)")
    add(
        "--show",
        type=workers.positive,
        default=10,
        metavar="N",
        help="rows of the table to print (10)",
    )
    add("--list", action="store_true", help="print what can be set in each world, and stop")
    return parser


def _values(options: argparse.Namespace) -> dict[str, list[Any]]:
    """Return what is to be tried, {name: values}, from the file and then from the command line."""
    values: dict[str, list[Any]] = {}
    if options.grid is not None:
        values = json.loads(options.grid.read_text(encoding="utf-8"))
        if not isinstance(values, dict) or not all(isinstance(v, list) for v in values.values()):
            raise ValueError(f"grid must hold {{name: [values]}}, got {options.grid}")
    for text in options.set:
        name, _, several = text.partition("=")
        try:
            values[name] = json.loads(f"[{several}]")
        except ValueError:  # words need no quotes
            values[name] = several.split(",")
    return values


def _work(record: Record, wanted: list[trials.Trial], options: argparse.Namespace) -> None:
    """Run the trials that the record lacks, and record each as soon as it is done."""
    missing = [trial for trial in wanted if trial.key not in record.results]
    if len(missing) < len(wanted):
        done = len(wanted) - len(missing)
        print(f"{done} of {len(wanted)} trials are in {options.out} already", file=sys.stderr)
    how = {"jobs": min(options.jobs, max(len(missing), 1)), "dask": options.dask}
    with closing(Bar(len(missing), True, "trial")) as bar:
        for result in workers.each(trials.run, missing, **how):
            record.add(result)
            bar.advance()


if __name__ == "__main__":
    raise SystemExit(main())
