"""Trains LeNet as `downhill train` does by default: torch_epochs.py FOLDER THREADS EPOCHS SEED. Prints one line of JSON."""
import gzip
import json
import sys
import time


def main():
    folder, threads, epochs, seed = sys.argv[1], *map(int, sys.argv[2:5])
    import numpy as np
    import torch
    import torch.nn as nn
    import torch.nn.functional as F

    torch.set_num_threads(threads)

    def read(name):
        with gzip.open(f"{folder}/{name}-ubyte.gz") as file:
            data = file.read()
        axes = data[3]
        shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(axes)]
        return torch.from_numpy(np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape).copy())

    images, labels = read("train-images-idx3").float() / 255, read("train-labels-idx1").long()
    test_images, test_labels = read("t10k-images-idx3").float() / 255, read("t10k-labels-idx1").long()
    mean, std = images.mean(), images.std()
    images, test_images = (((x - mean) / std).unsqueeze(1) for x in (images, test_images))

    torch.manual_seed(seed)
    model = nn.Sequential(
        nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1568, 128), nn.ReLU(), nn.Linear(128, 10),
    )
    size = 64
    steps = (len(images) + size - 1) // size
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=epochs * steps)
    seconds = 0.0
    for _ in range(epochs):
        started = time.perf_counter()
        for batch in torch.randperm(len(images)).split(size):
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(model(images[batch]), labels[batch]).backward()
            optimizer.step()
            schedule.step()
        seconds += time.perf_counter() - started
    model.eval()
    with torch.no_grad():
        right = sum((model(x).argmax(1) == y).sum().item() for x, y in zip(test_images.split(500), test_labels.split(500)))
    print(json.dumps({"accuracy": right / len(test_labels), "seconds": seconds, "version": torch.__version__}))


main()
