"""The contestants' side of the protocol in contestant.mjs."""
import json
import sys
import time


def decline(reason):
    """Tells the benchmark why there is nothing to measure."""
    print(json.dumps({"skip": str(reason)}), flush=True)


def answer(step, **facts):
    """Says that it is ready, then takes the steps that each line asks for and answers with their times."""
    print(json.dumps({"ready": True, **facts}), flush=True)
    for line in sys.stdin:
        samples, repeats = map(int, line.split())
        times = []
        for _ in range(samples):
            start = time.perf_counter_ns()
            for _ in range(repeats):
                step()
            times.append((time.perf_counter_ns() - start) / repeats)
        print(json.dumps(times), flush=True)
