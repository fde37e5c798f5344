import { createAffine } from "./affine.ts";
import { choice, number, whole } from "./arguments.ts";
import { defineAugmentation, type Setup } from "./define.ts";
import { EDGES, type Edges } from "./edges.ts";
import { sharpness } from "./sharpness.ts";
import { autoContrast, brightness, contrast, equalize, posterize, saturation, solarize } from "./tones.ts";

/** Changes an image by a strength from 0 to 1. The sign of `side`, -1 or 1, selects the direction. */
type Operation = (image: Uint8Array, strength: number, side: number) => void;

/**
 * Returns the paper's operations with the ranges of torchvision. Translations are relative to the image's size, at most 150
 * of 331 pixels.
 */
function operationsFor(setup: Setup, edges: Edges): readonly Operation[] {
  const { shape } = setup;
  const [, height, width] = shape;
  const affine = createAffine(setup, edges);
  const [contrasts, saturations, sharpnesses] = [contrast(shape), saturation(shape), sharpness(shape)];
  const [stretch, level] = [autoContrast(shape), equalize(shape)];
  return [
    () => {},
    (image, strength, side) => affine(image, 1, 0.3 * strength * side, 0, 0, 1, 0),
    (image, strength, side) => affine(image, 1, 0, 0, 0.3 * strength * side, 1, 0),
    (image, strength, side) => affine(image, 1, 0, Math.round((150 / 331) * width * strength * side), 0, 1, 0),
    (image, strength, side) => affine(image, 1, 0, 0, 0, 1, Math.round((150 / 331) * height * strength * side)),
    (image, strength, side) => {
      const angle = (30 * strength * side * Math.PI) / 180;
      affine(image, Math.cos(angle), -Math.sin(angle), 0, Math.sin(angle), Math.cos(angle), 0);
    },
    (image, strength, side) => brightness(image, 1 + 0.9 * strength * side),
    (image, strength, side) => contrasts(image, 1 + 0.9 * strength * side),
    (image, strength, side) => saturations(image, 1 + 0.9 * strength * side),
    (image, strength, side) => sharpnesses(image, 1 + 0.9 * strength * side),
    (image, strength) => posterize(image, 8 - Math.round(4 * strength)),
    (image, strength) => solarize(image, 255 * (1 - strength)),
    stretch,
    level,
  ];
}

/**
 * Applies `count` of 14 operations to each image: identity, two shears, two translations, rotation, brightness, contrast,
 * saturation, sharpness, posterize, solarize, auto-contrast and equalize. `magnitude` is from 0 (hardly any change) to 30;
 * 9 by default. Use it for long trainings of larger networks.
 */
export const randAugment = /* @__PURE__ */ defineAugmentation({
  name: "randAugment",
  title: "RandAugment",
  summary: "applies `count` (default 2) of 14 operations, with a `magnitude` (default 9) from 0 to 30",
  source: "https://arxiv.org/abs/1909.13719",
  arguments: { count: whole(1, 14, 2), magnitude: number(0, 30, 9), mode: choice(EDGES, "reflect") },
  prepare({ count, magnitude, mode }, setup) {
    const operations = operationsFor(setup, mode);
    return (image, draw) => {
      for (let i = 0; i < count; i++) {
        const operation = operations[draw.whole(operations.length, 2 * i)] as Operation;
        operation(image, magnitude / 30, draw.uniform(2 * i + 1) < 0.5 ? -1 : 1);
      }
    };
  },
});
