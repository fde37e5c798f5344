import type { ImageShape, Normalization } from "@downhill/optim/image";
import type { ChangeImage, MixImages } from "./define.ts";
import { Draw } from "./draw.ts";
import { readAugmentations } from "./index.ts";

/** The augmentations of a training, in order. */
export interface Pipeline {
  /** Changes an image in place. */
  change(epoch: number, image: number, pixels: Uint8Array): void;
  /** The mixer; null if no augmentation mixes images. */
  readonly mixer: Mixer | null;
}

/** Mixes pairs of images, after all other changes. */
export interface Mixer {
  /** Returns the position, from 0 to below `positions`, of the image to mix into an image. */
  partner(epoch: number, image: number, positions: number): number;
  /** Mixes two images. Returns the share of the first one that remains. */
  mix(epoch: number, image: number, pixels: Uint8Array, other: Uint8Array): number;
}

/** Creates the pipeline of a list of descriptions. @throws DataError for descriptions that are not valid */
export function createPipeline(
  list: unknown,
  shape: ImageShape,
  seed: number,
  normalization: Normalization | undefined,
): Pipeline {
  const mean = Uint8Array.from({ length: shape[0] }, (_, c) => Math.round(255 * (normalization?.mean[c] ?? 0)));
  const changes: { readonly change: ChangeImage; readonly draw: Draw }[] = [];
  const mixes: { readonly mix: MixImages; readonly draw: Draw }[] = [];
  readAugmentations(list).forEach(({ augmentation, values }, i) => {
    // The place in the list is part of the key, so that two augmentations of one kind draw different numbers.
    const draw = new Draw(seed, `augment ${i} ${augmentation.name}`);
    const made = augmentation.make(values, { shape, mean });
    if ("change" in made) changes.push({ ...made, draw });
    else mixes.push({ ...made, draw });
  });
  return {
    change(epoch, image, pixels) {
      for (const { change, draw } of changes) {
        draw.epoch = epoch;
        draw.image = image;
        change(pixels, draw);
      }
    },
    mixer: mixes.length === 0 ? null : createMixer(mixes, new Draw(seed, "partner")),
  };
}

/** Creates a mixer that draws one of several kinds per image: a batch has room for two labels per image, not three. */
function createMixer(mixes: readonly { readonly mix: MixImages; readonly draw: Draw }[], choice: Draw): Mixer {
  return {
    partner(epoch, image, positions) {
      choice.epoch = epoch;
      choice.image = image;
      return choice.whole(positions, 0);
    },
    mix(epoch, image, pixels, other) {
      choice.epoch = epoch;
      choice.image = image;
      const { mix, draw } = mixes[choice.whole(mixes.length, 1)] as (typeof mixes)[number];
      draw.epoch = epoch;
      draw.image = image;
      return mix(pixels, other, draw);
    },
  };
}
