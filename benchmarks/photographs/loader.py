"""Reads photographs as PyTorch's users do: a DataLoader whose workers open, convert and resize with Pillow.

Arguments: folder, side of the resized images, numbers of workers. A step is one epoch. Its entry is the number of workers,
followed by "-draft" for Pillow's draft mode.
"""
import os
import sys
from pathlib import Path

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "common"))
from answer import answer, decline  # noqa: E402

try:
    import numpy
    import torch
    from PIL import Image
except ImportError as error:
    decline(error)
    sys.exit()

folder, size = Path(sys.argv[1]), int(sys.argv[2])
paths = sorted(folder.glob("*/*.jpg"))


class Photographs(torch.utils.data.Dataset):
    def __init__(self, draft):
        self.draft = draft

    def __len__(self):
        return len(paths)

    def __getitem__(self, index):
        image = Image.open(paths[index])
        # Pillow's counterpart to decoding at a reduced size, which few users know.
        if self.draft:
            image.draft("RGB", (size, size))
        pixels = image.convert("RGB").resize((size, size), Image.BILINEAR)
        return torch.from_numpy(numpy.asarray(pixels).transpose(2, 0, 1).copy())


def epochs(workers, draft):
    """Returns a function that reads an epoch, with workers that have started and read their first batches."""
    loader = torch.utils.data.DataLoader(
        Photographs(draft), batch_size=64, shuffle=True, num_workers=workers, persistent_workers=True
    )
    next(iter(loader))

    def epoch():
        count = sum(len(batch) for batch in loader)
        assert count == len(paths), count

    return epoch


steps = {}
for count in sys.argv[3:]:
    for draft in (False, True):
        steps[f"{count}-draft" if draft else count] = epochs(int(count), draft)
answer(steps, entries={name: None for name in steps}, images=len(paths), torch=torch.__version__)
