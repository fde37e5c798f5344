"""Trains LeNet as `downhill train` does by default, and prints one line of JSON.

torch_epochs.py FOLDER THREADS EPOCHS SEED MODE IMPLEMENTATION [STEPS]. Modes and implementations of the optimizer are those
of ../common/torch_variants.py. With STEPS, it only times that many steps.
"""
import gzip
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "common"))
from torch_variants import IMPLEMENTATIONS, Absent, in_mode, reason  # noqa: E402


def read(folder, name):
    import torch

    with gzip.open(f"{folder}/{name}-ubyte.gz") as file:
        data = bytearray(file.read())
    axes = data[3]
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(axes)]
    return torch.frombuffer(data, dtype=torch.uint8, offset=4 + 4 * axes).reshape(shape)


def main():
    folder, threads, epochs, seed = sys.argv[1], *map(int, sys.argv[2:5])
    mode, implementation, limit = sys.argv[5], sys.argv[6], int((sys.argv[7:] or [0])[0])
    import torch
    import torch.nn as nn
    import torch.nn.functional as F

    torch.set_num_threads(threads)
    images, labels = read(folder, "train-images-idx3").float() / 255, read(folder, "train-labels-idx1").long()
    test_images, test_labels = read(folder, "t10k-images-idx3").float() / 255, read(folder, "t10k-labels-idx1").long()
    mean, std = images.mean(), images.std()
    images, test_images = (((x - mean) / std).unsqueeze(1) for x in (images, test_images))

    torch.manual_seed(seed)
    model = nn.Sequential(
        nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1568, 128), nn.ReLU(), nn.Linear(128, 10),
    )
    size = 64
    model, loss_of, images = in_mode(mode, model, lambda model, x, y: F.cross_entropy(model(x), y), images)
    # Compiles for full batches and for the last one; the time is not counted.
    for count in {size, len(images) % size or size}:
        loss_of(images[:count], labels[:count]).backward()
    steps = (len(images) + size - 1) // size
    extra = IMPLEMENTATIONS[implementation]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4, **extra)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=epochs * steps)

    def step(batch):
        optimizer.zero_grad(set_to_none=True)
        loss_of(images[batch], labels[batch]).backward()
        optimizer.step()
        schedule.step()

    if limit:
        batches = torch.randperm(len(images)).split(size)
        times = []
        for batch in batches[:limit]:
            started = time.perf_counter()
            step(batch)
            times.append(time.perf_counter() - started)
        return {"seconds": sorted(times)[len(times) // 2]}
    seconds = 0.0
    for _ in range(epochs):
        started = time.perf_counter()
        for batch in torch.randperm(len(images)).split(size):
            step(batch)
        seconds += time.perf_counter() - started
    model.eval()
    with torch.no_grad():
        right = sum((model(x).argmax(1) == y).sum().item() for x, y in zip(test_images.split(500), test_labels.split(500)))
    return {"accuracy": right / len(test_labels), "seconds": seconds}


try:
    result = main()
except Absent as absence:
    result = {"skip": str(absence)}
except Exception as error:
    result = {"skip": f"fails: {reason(error)}"}
print(json.dumps(result))
