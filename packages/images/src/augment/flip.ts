import { flag, number } from "./arguments.ts";
import { defineAugmentation } from "./define.ts";

/**
 * Mirrors images horizontally, each with the given probability; 0.5 by default. Do not use it if left and right have a
 * meaning, as in digits and letters.
 * With `alternate`, half of the images start mirrored and every image is mirrored in every other epoch. The network then
 * sees both sides of an image in any two epochs, while independent draws show one side twice half of the time.
 */
export const flip = /* @__PURE__ */ defineAugmentation({
  name: "flip",
  title: "Horizontal flip",
  summary: "mirrors the image, with `probability` 0.5, or in every other epoch with `alternate`",
  source: "https://arxiv.org/abs/2404.00498",
  arguments: { probability: number(0, 1, 0.5), alternate: flag(false) },
  prepare({ probability, alternate }, { shape: [channels, height, width] }) {
    const lines = channels * height;
    return (image, draw) => {
      const first = draw.always(0) < probability;
      const isMirrored = alternate ? first === (draw.epoch % 2 === 0) : draw.uniform(0) < probability;
      if (!isMirrored) return;
      for (let line = 0; line < lines; line++) image.subarray(line * width, (line + 1) * width).reverse();
    };
  },
});
