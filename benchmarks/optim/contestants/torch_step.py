"""A step of PyTorch's optimizers: torch_step.py SHAPES OPTIMIZER SETTINGS THREADS, all but the last two words JSON.

Protocol: see ../../common/contestant.mjs.
"""
import json
import sys
import time


def main():
    shapes, optimizer, settings, threads = (json.loads(word) if word[0] in "[{" else word for word in sys.argv[1:5])
    try:
        import torch
    except ImportError as error:
        print(json.dumps({"skip": f"no PyTorch: {error}"}), flush=True)
        return
    torch.set_num_threads(int(threads))
    torch.manual_seed(0)
    parameters = []
    for shape in shapes:
        parameter = torch.nn.Parameter(torch.full(shape, 0.1))
        parameter.grad = torch.randn(shape) * 0.01
        parameters.append(parameter)
    try:
        updater = getattr(torch.optim, optimizer)(parameters, **settings)
        updater.step()
    except (TypeError, RuntimeError, AttributeError) as error:
        print(json.dumps({"skip": str(error).splitlines()[0]}), flush=True)
        return
    print(json.dumps({"ready": True, "version": torch.__version__}), flush=True)
    for line in sys.stdin:
        samples, repeats = map(int, line.split())
        times = []
        for _ in range(samples):
            start = time.perf_counter_ns()
            for _ in range(repeats):
                updater.step()
            times.append((time.perf_counter_ns() - start) / repeats)
        print(json.dumps(times), flush=True)


main()
