"""Reads photographs as PyTorch's users do: a DataLoader whose workers open, convert and resize with Pillow.

Prints one line of JSON for each number of workers: images per second of the second epoch.
"""
import json
import sys
import time
from pathlib import Path

import numpy
import torch
from PIL import Image

folder, size = Path(sys.argv[1]), int(sys.argv[2])
workers = [int(count) for count in sys.argv[3:]]


class Photographs(torch.utils.data.Dataset):
    def __init__(self, draft):
        self.paths = sorted(folder.glob("*/*.jpg"))
        self.draft = draft

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        image = Image.open(self.paths[index])
        # Pillow's counterpart to decoding at a reduced size, which few users know.
        if self.draft:
            image.draft("RGB", (size, size))
        pixels = image.convert("RGB").resize((size, size), Image.BILINEAR)
        return torch.from_numpy(numpy.asarray(pixels).transpose(2, 0, 1).copy())


for draft in (False, True):
    for count in workers:
        loader = torch.utils.data.DataLoader(
            Photographs(draft), batch_size=64, shuffle=True, num_workers=count, persistent_workers=count > 0
        )
        for _ in range(2):
            start = time.perf_counter()
            images = sum(len(batch) for batch in loader)
            seconds = time.perf_counter() - start
        result = {"workers": count, "draft": draft, "images": images, "perSecond": images / seconds, "torch": torch.__version__}
        print(json.dumps(result), flush=True)
