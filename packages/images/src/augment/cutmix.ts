import { number, positive } from "./arguments.ts";
import { betaShare } from "./beta.ts";
import { defineAugmentation } from "./define.ts";

/**
 * Pastes a rectangle of another image over each image, and mixes their labels by area. The area is drawn from
 * Beta(alpha, alpha) with alpha 1 by default, and the center is anywhere. Use it for long trainings. Like mixup, it
 * regularizes, but it keeps the pixels sharp. `probability` is 0.5 by default, as in the paper for CIFAR.
 */
export const cutmix = /* @__PURE__ */ defineAugmentation({
  name: "cutmix",
  title: "CutMix",
  summary: "pastes a rectangle of another image over each, and mixes their labels by area",
  source: "https://arxiv.org/abs/1905.04899",
  arguments: { alpha: positive(1), probability: number(0, 1, 0.5) },
  prepareMix:
    ({ alpha, probability }, { shape: [channels, height, width] }) =>
    (image, other, draw) => {
      if (draw.uniform(0) >= probability) return 1;
      const side = Math.sqrt(1 - betaShare(alpha, draw));
      const [tall, wide] = [Math.floor(height * side), Math.floor(width * side)];
      const top = draw.whole(height, 1) - (tall >> 1);
      const left = draw.whole(width, 2) - (wide >> 1);
      const [fromY, toY] = [Math.max(top, 0), Math.min(top + tall, height)];
      const [fromX, toX] = [Math.max(left, 0), Math.min(left + wide, width)];
      for (let c = 0; c < channels; c++) {
        for (let y = fromY; y < toY; y++) {
          const start = (c * height + y) * width;
          image.set(other.subarray(start + fromX, start + toX), start + fromX);
        }
      }
      // The rectangle may reach beyond the image: the labels are mixed by the area that was covered.
      return 1 - ((toY - fromY) * (toX - fromX)) / (height * width);
    },
});
