import { flag, number } from "./arguments.ts";
import { defineAugmentation } from "./define.ts";

/**
 * Mirrors left and right, each image with the given probability; 0.5 by default. Not where sides mean something, as in
 * digits and letters.
 * With `alternate`, half of the images begin mirrored, and each is mirrored in every other epoch: the network sees both
 * sides of each image in any two epochs, where chance shows it one side twice half of the time.
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
      const mirrored = alternate ? first === (draw.epoch % 2 === 0) : draw.uniform(0) < probability;
      if (!mirrored) return;
      for (let line = 0; line < lines; line++) {
        for (let left = line * width, right = left + width - 1; left < right; left++, right--) {
          const pixel = image[left] as number;
          image[left] = image[right] as number;
          image[right] = pixel;
        }
      }
    };
  },
});
