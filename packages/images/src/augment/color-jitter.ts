import { number } from "./arguments.ts";
import { defineAugmentation } from "./define.ts";
import { brightness, contrast, saturation } from "./tones.ts";

/**
 * Changes brightness, contrast and saturation, each by a factor from 1 - x to 1 + x; every x is 0.2 by default. For
 * photographs under changing light; not where colour itself is the class.
 */
export const colorJitter = /* @__PURE__ */ defineAugmentation({
  name: "colorJitter",
  title: "Colour jitter",
  summary: "changes `brightness`, `contrast` and `saturation` by factors of 1 ± 0.2",
  source: "https://pytorch.org/vision/stable/generated/torchvision.transforms.v2.ColorJitter.html",
  arguments: { brightness: number(0, 1, 0.2), contrast: number(0, 1, 0.2), saturation: number(0, 1, 0.2) },
  prepare(most, { shape }) {
    const changes = [
      [brightness, most.brightness],
      [contrast(shape), most.contrast],
      [saturation(shape), most.saturation],
    ] as const;
    return (image, draw) => {
      for (let site = 0; site < changes.length; site++) {
        const [change, range] = changes[site] as (typeof changes)[number];
        if (range > 0) change(image, 1 + draw.symmetric(range, site));
      }
    };
  },
});
