import type { ImageShape, Normalization } from "@downhill/optim/image";
import type { ChangeImage, MixImages } from "./define.ts";
import { Draw } from "./draw.ts";
import { readAugmentations } from "./index.ts";

/** All that is done to the images of an epoch, in order. */
export interface Pipeline {
  /** Changes an image, where it is. */
  change(epoch: number, image: number, pixels: Uint8Array): void;
  /** Null where nothing mixes images. */
  readonly mixer: Mixer | null;
}

/** Mixes images in twos: always the last that is done. */
export interface Mixer {
  /** The position, of so many, of the image to mix into an image. */
  partner(epoch: number, image: number, positions: number): number;
  /** Mixes; returns the share that stays. */
  mix(epoch: number, image: number, pixels: Uint8Array, other: Uint8Array): number;
}

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
    // By its place in the list: two of one kind draw different numbers.
    const draw = new Draw(seed, `augment ${i} ${augmentation.name}`);
    const made = augmentation.make(values, { shape, mean });
    if ("change" in made) changes.push({ ...made, draw });
    else mixes.push({ ...made, draw });
  });
  return {
    change(epoch, image, pixels) {
      for (let i = 0; i < changes.length; i++) {
        const { change, draw } = changes[i] as (typeof changes)[number];
        draw.epoch = epoch;
        draw.image = image;
        change(pixels, draw);
      }
    },
    mixer: mixes.length === 0 ? null : createMixer(mixes, new Draw(seed, "partner")),
  };
}

/** Of several, each image draws one: three labels would fit no batch. */
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
