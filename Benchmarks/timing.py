"""How long a call takes."""

import time


def median_seconds(call, budget):
    """The median time of one call: 5 to 200 samples of 20 ms or more, for `budget` seconds."""
    for _ in range(3):
        call()
    start = time.perf_counter()
    call()
    calls = max(1, int(0.02 / max(time.perf_counter() - start, 1e-7)))
    samples = []
    start = time.perf_counter()
    while len(samples) < 5 or (time.perf_counter() - start < budget and len(samples) < 200):
        sample = time.perf_counter()
        for _ in range(calls):
            call()
        samples.append((time.perf_counter() - sample) / calls)
    return sorted(samples)[len(samples) // 2]
