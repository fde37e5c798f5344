"""A step of PyTorch's optimizers: torch_step.py SHAPES OPTIMIZER SETTINGS THREADS, all but the last two words JSON.

Protocol: see ../../common/worker.mjs.
"""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "common"))
from answer import answer, decline  # noqa: E402


def main():
    shapes, optimizer, settings, threads = (json.loads(word) if word[0] in "[{" else word for word in sys.argv[1:5])
    try:
        import torch
    except ImportError as error:
        return decline(f"no PyTorch: {error}")
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
        return decline(str(error).splitlines()[0])
    answer(updater.step, version=torch.__version__)


main()
