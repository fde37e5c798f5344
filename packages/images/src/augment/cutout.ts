import { byteAt } from "../bytes.ts";
import { number, pixels } from "./arguments.ts";
import { defineAugmentation } from "./define.ts";

/**
 * Covers a square at a random position with the data's mean color, so that no single detail decides. The square's center
 * may be anywhere in the image; a part beyond the border is lost. `size` is half of the shorter side by default, as in the
 * paper for CIFAR-10.
 */
export const cutout = /* @__PURE__ */ defineAugmentation({
  name: "cutout",
  title: "Cutout",
  summary: "covers a square of `size` pixels (default: half of the shorter side) with the mean color",
  source: "https://arxiv.org/abs/1708.04552",
  arguments: { size: pixels(1), probability: number(0, 1, 1) },
  prepare({ size, probability }, { shape: [channels, height, width], mean }) {
    const side = size ?? Math.max(1, Math.round(Math.min(height, width) / 2));
    return (image, draw) => {
      if (draw.uniform(0) >= probability) return;
      const top = draw.whole(height, 1) - (side >> 1);
      const left = draw.whole(width, 2) - (side >> 1);
      const [fromY, toY] = [Math.max(top, 0), Math.min(top + side, height)];
      const [fromX, toX] = [Math.max(left, 0), Math.min(left + side, width)];
      for (let c = 0; c < channels; c++) {
        for (let y = fromY; y < toY; y++) {
          const start = (c * height + y) * width;
          image.fill(byteAt(mean, c), start + fromX, start + toX);
        }
      }
    };
  },
});
