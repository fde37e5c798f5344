import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createAffine } from "../src/augment/affine.ts";
import { betaShare } from "../src/augment/beta.ts";
import { Draw } from "../src/augment/draw.ts";
import { type Edges, sourceIndex } from "../src/augment/edges.ts";
import { sharpness } from "../src/augment/sharpness.ts";
import { autoContrast, brightness, contrast, equalize, posterize, saturation, solarize } from "../src/augment/tones.ts";
import {
  type AugmentDescription,
  augmentations,
  type Batch,
  checkAugmentations,
  createLoader,
  DataError,
  type ImageShape,
} from "../src/index.ts";
import { imageOf, memorySet } from "./memory-set.ts";

/** Images 0, 1, ... of a set in their order, augmented. */
const augmented = (description: AugmentDescription, shape: ImageShape, images: number, epoch = 0, seed = 1): Batch =>
  createLoader(memorySet(images, shape), {
    seed,
    order: "sequential",
    augment: [description],
    normalization: { mean: [0.5, 0.25, 1], std: [1, 1, 1] },
  }).batch(epoch, 0, images);

const imagesOf = ({ images }: Batch, count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) =>
    images.subarray((i * images.length) / count, ((i + 1) * images.length) / count),
  );

const names = Object.keys(augmentations) as (keyof typeof augmentations)[];

describe("every kind", () => {
  const shapes = fc.tuple(fc.constantFrom(1, 3), fc.integer({ min: 2, max: 12 }), fc.integer({ min: 2, max: 12 }));

  test.each(names)("%s depends on seed, epoch and image, and on nothing else, for images of any size", (kind) => {
    fc.assert(
      fc.property(shapes, fc.nat(), fc.nat({ max: 100 }), (shape, seed, epoch) => {
        const images = 4;
        const description = { kind, probability: 1 } as AugmentDescription;
        const checked = "probability" in augmentations[kind].arguments ? description : ({ kind } as AugmentDescription);
        const batch = augmented(checked, shape as ImageShape, images, epoch, seed);
        expect(batch.images.length).toBe(images * shape[0] * shape[1] * shape[2]);
        expect(augmented(checked, shape as ImageShape, images, epoch, seed)).toEqual(batch);
      }),
      { numRuns: 40 },
    );
  });

  test.each(names)("%s does something, and something else in another epoch and for another seed", (kind) => {
    const shape: ImageShape = [3, 8, 8];
    const plain = Array.from({ length: 20 }, (_, i) => imageOf(memorySet(20, shape), i));
    const of = (epoch: number, seed: number) =>
      augmented({ kind } as AugmentDescription, shape, 20, epoch, seed).images;
    expect(of(0, 1)).not.toEqual(Uint8Array.from(plain.flatMap((image) => [...image])));
    expect(of(1, 1)).not.toEqual(of(0, 1));
    expect(of(0, 2)).not.toEqual(of(0, 1));
  });

  test("has its own file, and documents its arguments", () => {
    const files = readdirSync(new URL("../src/augment/", import.meta.url));
    for (const [name, { name: kind, title, summary, arguments: taken }] of Object.entries(augmentations)) {
      expect(kind).toBe(name);
      expect(files).toContain(`${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`);
      expect([title, summary].every((words) => words.length > 0)).toBe(true);
      for (const argument of Object.values(taken)) expect(argument.accepts(argument.default)).toBe(true);
    }
  });
});

describe("crop", () => {
  const edges: Edges[] = ["zero", "mean", "edge", "reflect"];
  test.each(edges)("moves the image by up to its padding, and takes the rest from %s", (mode) => {
    const [channels, height, width] = [3, 6, 5] as const;
    const images = 60;
    const set = memorySet(images, [channels, height, width]);
    const found = imagesOf(augmented({ kind: "crop", padding: 2, mode }, [channels, height, width], images), images);
    const mean = [128, 64, 255];
    const moves = found.map((image, i) => {
      const original = imageOf(set, i);
      const moved = (down: number, right: number): Uint8Array =>
        original.map((_, at) => {
          const [c, y, x] = [Math.floor(at / (height * width)), Math.floor(at / width) % height, at % width];
          const [row, column] = [sourceIndex(y + down, height, mode), sourceIndex(x + right, width, mode)];
          if (row >= 0 && column >= 0) return original[(c * height + row) * width + column] as number;
          return mode === "mean" ? (mean[c] as number) : 0;
        });
      const steps = [-2, -1, 0, 1, 2];
      return steps
        .flatMap((down) => steps.map((right) => [down, right] as const))
        .filter(([down, right]) => Buffer.from(moved(down, right)).equals(image));
    });
    // Each image is one of the 25, and most of them come.
    expect(moves.every((matching) => matching.length >= 1)).toBe(true);
    expect(new Set(moves.map(String)).size).toBeGreaterThan(15);
  });

  test.each<[Edges, number[]]>([
    ["zero", [-1, -1, -1, 0, 1, 2, -1, -1]],
    ["mean", [-1, -1, -1, 0, 1, 2, -1, -1]],
    ["edge", [0, 0, 0, 0, 1, 2, 2, 2]],
    ["reflect", [1, 2, 1, 0, 1, 2, 1, 0]],
  ])("beyond a line of three pixels lies: %s", (mode, expected) => {
    expect(expected.map((_, i) => sourceIndex(i - 3, 3, mode))).toEqual(expected);
  });
});

describe("flip", () => {
  const shape: ImageShape = [3, 2, 5];
  const mirrored = (image: Uint8Array): Uint8Array =>
    image.map((_, at) => image[Math.floor(at / 5) * 5 + 4 - (at % 5)] as number);
  /** Returns true for each mirrored image. */
  const flips = (description: AugmentDescription, epoch: number, images = 200): boolean[] => {
    const set = memorySet(images, shape);
    return imagesOf(augmented(description, shape, images, epoch), images).map((image, i) => {
      const original = imageOf(set, i);
      const flipped = Buffer.from(mirrored(original)).equals(image);
      expect(flipped || Buffer.from(original).equals(image)).toBe(true);
      return flipped;
    });
  };
  const share = (list: readonly boolean[]): number => list.filter(Boolean).length / list.length;

  test("mirrors half of the images, or the given share", () => {
    expect(Math.abs(share(flips({ kind: "flip" }, 0)) - 0.5)).toBeLessThan(0.15);
    expect(share(flips({ kind: "flip", probability: 1 }, 0))).toBe(1);
    expect(share(flips({ kind: "flip", probability: 0 }, 0))).toBe(0);
  });

  test("with alternate, mirrors every image in every other epoch", () => {
    const [first, second, third] = [0, 1, 2].map((epoch) => flips({ kind: "flip", alternate: true }, epoch));
    expect(Math.abs(share(first as boolean[]) - 0.5)).toBeLessThan(0.15);
    expect(second).toEqual(first?.map((flipped) => !flipped));
    expect(third).toEqual(first);
  });
});

describe("affine transforms", () => {
  const shape: ImageShape = [2, 3, 3] as unknown as ImageShape;
  const image = Uint8Array.of(0, 10, 20, 30, 40, 50, 60, 70, 80, 9, 8, 7, 6, 5, 4, 3, 2, 1);
  const apply = (edges: Edges, ...numbers: [number, number, number, number, number, number]): number[] => {
    const result = image.slice();
    createAffine({ shape, mean: Uint8Array.of(100, 200) }, edges)(result, ...numbers);
    return [...result];
  };

  test("a quarter turn moves each pixel in each channel", () => {
    expect(apply("edge", 0, -1, 0, 1, 0, 0)).toEqual([20, 50, 80, 10, 40, 70, 0, 30, 60, 7, 4, 1, 8, 5, 2, 9, 6, 3]);
  });

  test("a translation fills the border by the mode", () => {
    expect(apply("edge", 1, 0, 1, 0, 1, 0).slice(0, 9)).toEqual([10, 20, 20, 40, 50, 50, 70, 80, 80]);
    expect(apply("reflect", 1, 0, 1, 0, 1, 0).slice(0, 9)).toEqual([10, 20, 10, 40, 50, 40, 70, 80, 70]);
    expect(apply("zero", 1, 0, 1, 0, 1, 0).slice(0, 9)).toEqual([10, 20, 0, 40, 50, 0, 70, 80, 0]);
    expect(apply("mean", 1, 0, 0, 0, 1, -1)).toEqual([
      100, 100, 100, 0, 10, 20, 30, 40, 50, 200, 200, 200, 9, 8, 7, 6, 5, 4,
    ]);
  });

  test("a move by half a pixel gives the rounded mean of two", () => {
    expect(apply("edge", 1, 0, 0.5, 0, 1, 0)).toEqual([5, 15, 20, 35, 45, 50, 65, 75, 80, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });
});

describe("rotate", () => {
  test("by 0 degrees changes nothing, and otherwise keeps the center", () => {
    const shape: ImageShape = [3, 7, 7];
    const set = memorySet(10, shape);
    const of = (degrees: number) => imagesOf(augmented({ kind: "rotate", degrees }, shape, 10), 10);
    of(0).forEach((image, i) => void expect(image).toEqual(imageOf(set, i)));
    of(180).forEach((image, i) => {
      const original = imageOf(set, i);
      for (const middle of [24, 73, 122]) expect(image[middle]).toBe(original[middle]);
      expect(image).not.toEqual(original);
    });
  });
});

describe("cutout", () => {
  test("covers a square with the mean, and nothing else", () => {
    const [height, width] = [8, 8];
    const shape: ImageShape = [3, height, width];
    const set = memorySet(200, shape);
    const areas = imagesOf(augmented({ kind: "cutout", size: 4 }, shape, 200), 200).map((image, i) => {
      const original = imageOf(set, i);
      const changed = [...image.keys()].filter((at) => image[at] !== original[at]);
      for (const at of changed) expect(image[at]).toBe([128, 64, 255][Math.floor(at / 64)]);
      const rows = changed.map((at) => Math.floor(at / width) % height);
      const columns = changed.map((at) => at % width);
      expect(Math.max(...rows) - Math.min(...rows)).toBeLessThan(4);
      expect(Math.max(...columns) - Math.min(...columns)).toBeLessThan(4);
      return changed.length / 3;
    });
    // Some reach beyond the border, and none is larger than the square.
    expect(Math.max(...areas)).toBeLessThanOrEqual(16);
    expect(Math.max(...areas)).toBeGreaterThan(14);
    expect(Math.min(...areas)).toBeLessThan(10);
  });
});

describe("mixing", () => {
  const shape: ImageShape = [1, 6, 6];
  const images = 60;
  const set = memorySet(images, shape);

  test("mixup blends each image with another one, and reports that label and share", () => {
    const batch = augmented({ kind: "mixup", alpha: 1 }, shape, images);
    const { labels, share } = batch.mix as NonNullable<Batch["mix"]>;
    imagesOf(batch, images).forEach((image, i) => {
      const [own, part] = [imageOf(set, i), share[i] as number];
      const partners = Array.from({ length: images }, (_, j) => j).filter((j) => {
        const other = imageOf(set, j);
        return image.every(
          (pixel, at) => Math.abs(pixel - (part * (own[at] as number) + (1 - part) * (other[at] as number))) < 0.51,
        );
      });
      expect(partners.map((j) => j % 3)).toContain(labels[i]);
    });
  });

  test("cutmix pastes a rectangle of another image, and mixes labels by area", () => {
    const batch = augmented({ kind: "cutmix", probability: 1 }, shape, images);
    const { labels, share } = batch.mix as NonNullable<Batch["mix"]>;
    imagesOf(batch, images).forEach((image, i) => {
      const own = imageOf(set, i);
      const cut = Math.round(36 * (1 - (share[i] as number)));
      const partners = Array.from({ length: images }, (_, j) => j).filter((j) => {
        const other = imageOf(set, j);
        return (
          image.filter((pixel, at) => pixel !== own[at]).length <= cut &&
          image.every((pixel, at) => pixel === own[at] || pixel === other[at])
        );
      });
      if (cut > 0) expect(partners.map((j) => j % 3)).toContain(labels[i]);
      else expect(image).toEqual(own);
    });
  });

  test("an image that is not mixed keeps its whole label", () => {
    const { mix, images: bytes } = augmented({ kind: "mixup", probability: 0 }, shape, images);
    expect([...(mix?.share ?? [])]).toEqual(new Array(images).fill(1));
    expect(bytes.subarray(0, 36)).toEqual(imageOf(set, 0));
  });

  test("with mixup and cutmix, each image gets one of them", () => {
    const loader = createLoader(set, {
      seed: 3,
      order: "sequential",
      augment: [
        { kind: "mixup", alpha: 1000 },
        { kind: "cutmix", probability: 1 },
      ],
    });
    const share = [...(loader.batch(0, 0, images).mix?.share ?? [])];
    // Mixup of a large alpha is about half and half; areas are 36ths.
    const blended = share.filter(
      (part) => Math.abs(part - 0.5) < 0.05 && Math.abs(36 * part - Math.round(36 * part)) > 1e-6,
    );
    const cut = share.filter((part) => Math.abs(36 * part - Math.round(36 * part)) < 1e-5);
    expect(blended.length).toBeGreaterThan(15);
    expect(cut.length).toBeGreaterThan(15);
    expect(blended.length + cut.length).toBe(images);
  });

  test.each([0.01, 0.2, 1, 4])("shares are of Beta(%d, itself): mean 1/2, variance 1 / (8 alpha + 4)", (alpha) => {
    const draw = new Draw(1, "test");
    draw.epoch = 0;
    const shares = Array.from({ length: 20_000 }, (_, image) => {
      draw.image = image;
      return betaShare(alpha, draw);
    });
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
    expect(mean).toBeCloseTo(0.5, 1.9);
    expect(variance).toBeCloseTo(1 / (8 * alpha + 4), 2);
  });
});

describe("tones equal Pillow's", () => {
  interface Golden {
    readonly channels: number;
    readonly width: number;
    readonly height: number;
    readonly image: string;
    readonly results: readonly { readonly operation: string; readonly factor: number; readonly pixels: string }[];
  }
  const goldens: Readonly<Record<string, Golden>> = JSON.parse(
    readFileSync(new URL("./fixtures/tones.json", import.meta.url), "utf8"),
  );
  const cases = Object.entries(goldens).flatMap(([name, golden]) =>
    golden.results.map((result) => [result.operation, result.factor, name, golden, result.pixels] as const),
  );

  test.each(cases)(
    "%s by %d of the %s picture, to within 1",
    (operation, factor, _, { channels, width, height, image }, pixels) => {
      const plane = width * height;
      const byChannel = (base64: string): Uint8Array => {
        const from = Buffer.from(base64, "base64");
        return Uint8Array.from(
          { length: from.length },
          (_, i) => from[(i % plane) * channels + Math.floor(i / plane)] as number,
        );
      };
      const shape: ImageShape = [channels as 1 | 3, height, width];
      const operations: Record<string, (image: Uint8Array, factor: number) => void> = {
        brightness,
        contrast: contrast(shape),
        saturation: saturation(shape),
        sharpness: sharpness(shape),
        posterize,
        solarize,
        autoContrast: autoContrast(shape),
        equalize: equalize(shape),
      };
      const [found, expected] = [byChannel(image), byChannel(pixels)];
      operations[operation]?.(found, factor);
      const most = found.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (expected[i] as number))), 0);
      expect(most).toBeLessThanOrEqual(1);
    },
  );
});

describe("descriptions", () => {
  test("are filled in with defaults, and are then unchanged by a second check", () => {
    const full = checkAugmentations([{ kind: "crop" }, { kind: "flip", alternate: true }]);
    expect(full).toEqual([
      { kind: "crop", padding: null, mode: "reflect" },
      { kind: "flip", probability: 0.5, alternate: true },
    ]);
    expect(checkAugmentations(JSON.parse(JSON.stringify(full)))).toEqual(full);
  });

  test.each<[unknown, string]>([
    ["flip", 'augment = "flip": expected a list, such as [{ "kind": "flip" }]'],
    [["flip"], 'augment[0] = "flip": expected an object with its kind, such as { "kind": "flip" }'],
    [[{ padding: 4 }], 'augment[0] = {"padding":4}: expected an object with its kind'],
    [[{ kind: "flip" }, { kind: "cutuot" }], "augment[1]: unknown kind \"cutuot\": did you mean 'cutout'?"],
    [[{ kind: 3 }], "augment[0]: unknown kind 3: known are: crop, flip"],
    [[{ kind: "crop", pading: 4 }], "augment[0] (crop): unknown argument 'pading': did you mean 'padding'?"],
    [[{ kind: "crop", padding: 0 }], "augment[0] (crop): padding = 0: expected a whole number of at least 1, or null"],
    [[{ kind: "crop", mode: "wrap" }], 'mode = "wrap": expected one of "zero", "mean", "edge", "reflect"'],
    [[{ kind: "flip", probability: 1.5 }], "probability = 1.5: expected a number from 0 to 1"],
    [[{ kind: "flip", alternate: 1 }], "alternate = 1: expected true or false"],
    [[{ kind: "mixup", alpha: 0 }], "alpha = 0: expected a number above 0"],
    [[{ kind: "rotate", degrees: "15" }], 'degrees = "15": expected a number from 0 to 180'],
    [[{ kind: "randAugment", count: 2.5 }], "count = 2.5: expected a whole number from 1 to 14"],
  ])("%o is refused", (list, message) => {
    expect(() => checkAugmentations(list)).toThrow(DataError);
    expect(() => checkAugmentations(list)).toThrow(message);
  });

  test("a reflection needs an image that is larger than its padding", () => {
    const make = (shape: ImageShape, description: AugmentDescription): unknown =>
      createLoader(memorySet(3, shape), { seed: 0, augment: [description] });
    expect(() => make([1, 4, 9], { kind: "crop", padding: 4 })).toThrow(
      "crop: padding = 4: expected less than the images' 4 pixels a side",
    );
    expect(() => make([1, 4, 9], { kind: "crop", padding: 4, mode: "edge" })).not.toThrow();
    // @ts-expect-error: an unknown kind
    expect(() => make([1, 4, 9], { kind: "crup" })).toThrow("did you mean 'crop'?");
  });
});
