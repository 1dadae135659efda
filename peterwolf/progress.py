"""A progress bar that appears on long runs only."""

import time
from collections.abc import Iterator

from peterwolf import arguments

PATIENCE = 5.0  # seconds before a bar appears that nobody asked for


def bar(episodes: int, shown: bool | None = None) -> Iterator[int]:
    """Yield 0 ... episodes − 1; with a bar at once, never, or (None) after five seconds.

    The bar is tqdm's, in its notebook form where there is a notebook, and
    leaves nothing behind when it is done.
    """
    arguments.one_of("progress", shown, (None, True, False))
    begin, drawn = time.monotonic(), None
    try:
        for episode in range(episodes):
            if drawn is not None:
                drawn.update()
            elif shown or (shown is None and time.monotonic() - begin > PATIENCE):
                from tqdm.auto import tqdm  # imports ipywidgets, which short runs do not need

                drawn = tqdm(total=episodes, initial=episode, unit="episode", leave=False)
            yield episode
    finally:
        if drawn is not None:
            drawn.close()
