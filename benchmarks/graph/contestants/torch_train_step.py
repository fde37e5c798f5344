"""Runs training steps of PyTorch: torch_train_step.py WORKLOAD OPTIMIZER HYPERPARAMETERS THREADS MODE.

Its entries are the implementations of the optimizer. Protocol: ../../common/worker.mjs, modes: ../../common/torch_variants.py.
"""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "common"))
from answer import answer, decline  # noqa: E402
from torch_variants import IMPLEMENTATIONS, Absent, capability, in_mode, reason  # noqa: E402


def main():
    work, name, settings, threads, mode = sys.argv[1:6]
    try:
        import torch
        import torch.nn as nn
        import torch.nn.functional as F
    except ImportError as error:
        return decline(f"no PyTorch: {error}")
    torch.set_num_threads(int(threads))
    torch.manual_seed(0)

    def convolution(inner, out, kernel, stride):
        return nn.Sequential(nn.Conv2d(inner, out, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(out))

    class Block(nn.Module):
        def __init__(self, inner, out, stride):
            super().__init__()
            self.first, self.second = convolution(inner, out, 3, stride), convolution(out, out, 3, 1)
            same = stride == 1 and inner == out
            self.skip = nn.Identity() if same else convolution(inner, out, 1, stride)

        def forward(self, x):
            return F.relu(self.second(F.relu(self.first(x))) + self.skip(x))

    def without_scale(channels):
        norm = nn.BatchNorm2d(channels, eps=1e-12, momentum=0.4)
        norm.weight.requires_grad = False
        return norm

    def group(inner, out):
        first, second = (nn.Conv2d(c, out, 3, padding=1, bias=False) for c in (inner, out))
        return [first, nn.MaxPool2d(2), without_scale(out), nn.GELU(), second, without_scale(out), nn.GELU()]

    whiten = nn.Conv2d(3, 24, 2)
    whiten.weight.requires_grad = False
    flat, relu, pool = nn.Flatten(), nn.ReLU(), nn.MaxPool2d(2)
    models = {
        "W1": lambda: [flat, nn.Linear(784, 256), relu, nn.Linear(256, 128), relu, nn.Linear(128, 10)],
        "W2": lambda: [
            nn.Conv2d(1, 16, 5, padding=2), relu, pool, nn.Conv2d(16, 32, 5, padding=2), relu, pool, flat,
            nn.Linear(1568, 128), relu, nn.Linear(128, 10),
        ],
        "W3": lambda: [
            convolution(3, 32, 3, 1), relu, Block(32, 32, 1), Block(32, 32, 1), Block(32, 64, 2), Block(64, 64, 1),
            Block(64, 128, 2), Block(128, 128, 1), nn.AdaptiveAvgPool2d(1), flat, nn.Linear(128, 10),
        ],
        "W4": lambda: [
            whiten, nn.GELU(), *group(24, 64), *group(64, 256), *group(256, 256), nn.MaxPool2d(3), flat,
            nn.Linear(256, 10, bias=False),
        ],
    }
    model = nn.Sequential(*models[work]())
    batch = 128 if work == "W4" else 64
    shape = (batch, 3, 32, 32) if work in ("W3", "W4") else (batch, 1, 28, 28)
    images, labels = torch.randn(shape), torch.randint(0, 10, (batch,))
    try:
        model, loss_of, images = in_mode(mode, model, lambda model, x, y: F.cross_entropy(model(x), y), images)
        # The first step compiles.
        loss_of(images, labels).backward()
    except Absent as error:
        return decline(error)
    except Exception as error:
        return decline(f"fails: {reason(error)}")
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]

    def step_of(optimizer):
        def step():
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(images, labels)
            loss.backward()
            optimizer.step()
            loss.item()

        return step

    steps, entries = {}, {}
    for implementation, extra in IMPLEMENTATIONS.items():
        try:
            step = step_of(getattr(torch.optim, name)(trained, **json.loads(settings), **extra))
            step()
            steps[implementation], entries[implementation] = step, None
        except Exception as error:
            entries[implementation] = reason(error)
    answer(steps, version=torch.__version__, capability=capability(), entries=entries)


main()
