import { DataError } from "../error.ts";
import { choice, pixels } from "./arguments.ts";
import { defineAugmentation } from "./define.ts";
import { EDGES, pixelAt } from "./edges.ts";

/**
 * Pads each side, then takes a window of the image's size at a random place: the image moves by up to `padding` pixels.
 * For anything that may stand anywhere in the frame; not where place means something, as in aligned scans.
 * `padding` is an eighth of the shorter side by default, which is the usual 4 for CIFAR-10's 32 pixels.
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
    const line = (length: number): Int32Array =>
      Int32Array.from({ length: length + 2 * most }, (_, i) => pixelAt(i - most, length, mode));
    const [rows, columns] = [line(height), line(width)];
    const before = new Uint8Array(channels * height * width);
    return (image, draw) => {
      const down = draw.whole(2 * most + 1, 0);
      const right = draw.whole(2 * most + 1, 1);
      if (down === most && right === most) return;
      before.set(image);
      for (let c = 0; c < channels; c++) {
        const fill = mode === "mean" ? (mean[c] as number) : 0;
        for (let y = 0; y < height; y++) {
          const row = rows[y + down] as number;
          const from = (c * height + row) * width;
          const to = (c * height + y) * width;
          if (row < 0) image.fill(fill, to, to + width);
          else {
            for (let x = 0; x < width; x++) {
              const column = columns[x + right] as number;
              image[to + x] = column < 0 ? fill : (before[from + column] as number);
            }
          }
        }
      }
    };
  },
});
