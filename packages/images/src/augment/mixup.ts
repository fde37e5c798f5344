import { byteAt } from "../bytes.ts";
import { number, positive } from "./arguments.ts";
import { betaShare } from "./beta.ts";
import { defineAugmentation } from "./define.ts";

/**
 * Blends each image with another one, and their labels in the same proportion. The share is drawn from Beta(alpha, alpha).
 * Use it for long trainings that overfit; it slows down short ones. `alpha` is 0.2 by default, as in the paper for
 * ImageNet; the paper uses 1 for CIFAR-10.
 */
export const mixup = /* @__PURE__ */ defineAugmentation({
  name: "mixup",
  title: "Mixup",
  summary: "blends two images and their labels, by a share from Beta(`alpha`, `alpha`)",
  source: "https://arxiv.org/abs/1710.09412",
  arguments: { alpha: positive(0.2), probability: number(0, 1, 1) },
  prepareMix:
    ({ alpha, probability }) =>
    (image, other, draw) => {
      if (draw.uniform(0) >= probability) return 1;
      const share = betaShare(alpha, draw);
      for (let i = 0; i < image.length; i++) {
        const pixel = byteAt(other, i);
        image[i] = pixel + (byteAt(image, i) - pixel) * share + 0.5;
      }
      return share;
    },
});
