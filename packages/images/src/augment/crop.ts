import { byteAt } from "../bytes.ts";
import { DataError } from "../error.ts";
import { choice, pixels } from "./arguments.ts";
import { defineAugmentation } from "./define.ts";
import { EDGES, sourceIndex } from "./edges.ts";

/**
 * Pads each side, then takes a window of the image's size at a random position, so that the image moves by up to `padding`
 * pixels. Use it for subjects that may appear anywhere in the frame, but not if position has a meaning, as in aligned
 * scans. `padding` is an eighth of the shorter side by default: the usual 4 for the 32 pixels of CIFAR-10.
 */
export const crop = /* @__PURE__ */ defineAugmentation({
  name: "crop",
  title: "Random crop with padding",
  summary: "moves the image by up to `padding` pixels (default: an eighth of the shorter side)",
  source: "https://arxiv.org/abs/1409.5185",
  arguments: { padding: pixels(1), mode: choice(EDGES, "reflect") },
  prepare({ padding, mode }, { shape: [channels, height, width], mean }) {
    const most = padding ?? Math.max(1, Math.round(Math.min(height, width) / 8));
    if (mode === "reflect" && most >= Math.min(height, width)) {
      throw new DataError(
        `crop: padding = ${most}: expected less than the images' ${Math.min(height, width)} pixels a side`,
      );
    }
    const fills = mode === "mean" ? mean : new Uint8Array(channels);
    const before = new Uint8Array(channels * height * width);
    return (image, draw) => {
      const down = draw.whole(2 * most + 1, 0) - most;
      const right = draw.whole(2 * most + 1, 1) - most;
      if (down === 0 && right === 0) return;
      before.set(image);
      for (let c = 0; c < channels; c++) {
        const fill = byteAt(fills, c);
        for (let y = 0; y < height; y++) {
          const row = sourceIndex(y + down, height, mode);
          const from = (c * height + row) * width;
          const to = (c * height + y) * width;
          if (row < 0) image.fill(fill, to, to + width);
          else {
            for (let x = 0; x < width; x++) {
              const column = sourceIndex(x + right, width, mode);
              image[to + x] = column < 0 ? fill : byteAt(before, from + column);
            }
          }
        }
      }
    };
  },
});
