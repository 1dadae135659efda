"""The locks of work that does not survive being stopped in its middle."""

import threading

# Held by numba's way in. Whoever stops a thread, as `checks.limits` does, holds it meanwhile, so
# that no thread is stopped there: numba's own lock would stay closed for ever.
UNSTOPPABLE = threading.RLock()
# Held by who waits to stop a thread, and passed by each before such work: who waits comes first.
STOPPING = threading.Lock()
