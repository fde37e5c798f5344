"""The Python side of the protocol in worker.mjs."""
import json
import sys
import time


def decline(reason):
    """Prints the reason why there is nothing to measure."""
    print(json.dumps({"skip": str(reason)}), flush=True)


def answer(steps, **facts):
    """Prints that it is ready, then takes the steps that each line requests and answers with their times.

    `steps` is a function, or a dictionary of functions by the entry that a line names.
    """
    print(json.dumps({"ready": True, **facts}), flush=True)
    for line in sys.stdin:
        samples, repeats, *entry = line.split()
        step = steps[entry[0]] if entry else steps
        times = []
        for _ in range(int(samples)):
            start = time.perf_counter_ns()
            for _ in range(int(repeats)):
                step()
            times.append((time.perf_counter_ns() - start) / int(repeats))
        print(json.dumps(times), flush=True)
