import { number } from "./arguments.ts";
import { defineAugmentation } from "./define.ts";
import { brightness, contrast, saturation } from "./tones.ts";

/**
 * Changes brightness, contrast and saturation, each by a random factor from 1 - x to 1 + x; every x is 0.2 by default. Use
 * it for photographs under varying light, but not if the color itself defines the class.
 */
export const colorJitter = /* @__PURE__ */ defineAugmentation({
  name: "colorJitter",
  title: "Color jitter",
  summary: "changes `brightness`, `contrast` and `saturation` by factors of 1 ± 0.2",
  source: "https://pytorch.org/vision/stable/generated/torchvision.transforms.v2.ColorJitter.html",
  arguments: { brightness: number(0, 1, 0.2), contrast: number(0, 1, 0.2), saturation: number(0, 1, 0.2) },
  prepare(ranges, { shape }) {
    const changes = [
      { change: brightness, range: ranges.brightness, site: 0 },
      { change: contrast(shape), range: ranges.contrast, site: 1 },
      { change: saturation(shape), range: ranges.saturation, site: 2 },
    ];
    return (image, draw) => {
      for (const { change, range, site } of changes) {
        if (range > 0) change(image, 1 + draw.symmetric(range, site));
      }
    };
  },
});
