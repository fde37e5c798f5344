import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createOrder } from "../src/batches/order.ts";
import { type AugmentDescription, type Batch, createLoader, DataError, type LoaderOptions } from "../src/index.ts";
import { permutation } from "../src/random.ts";
import { imageOf, memorySet } from "./memory-set.ts";

/** Every kind that changes images, and both that mix them. */
const AUGMENT: AugmentDescription[] = [
  { kind: "crop", padding: 2 },
  { kind: "flip" },
  { kind: "rotate" },
  { kind: "colorJitter" },
  { kind: "randAugment" },
  { kind: "cutout", size: 3, probability: 0.5 },
  { kind: "mixup", probability: 0.7 },
  { kind: "cutmix" },
];

test("a permutation has each number once, in an order that depends on the key", () => {
  fc.assert(
    fc.property(fc.nat({ max: 300 }), fc.integer(), (length, key) => {
      expect([...permutation(length, key)].sort((a, b) => a - b)).toEqual([...Array(length).keys()]);
      expect(permutation(length, key)).toEqual(permutation(length, key));
    }),
  );
  const orders = new Set(Array.from({ length: 1000 }, (_, key) => permutation(4, key).join()));
  // All 24 of them come.
  expect(orders.size).toBe(24);
});

test("each number is equally likely at each position", () => {
  const counts = Array.from({ length: 5 }, () => new Array<number>(5).fill(0));
  for (let key = 0; key < 20_000; key++) {
    permutation(5, key).forEach((number, place) => void ((counts[place] as number[])[number] as number)++);
  }
  // 4000 each; the deviation is 57.
  for (const count of counts.flat()) expect(Math.abs(count - 4000)).toBeLessThan(5 * 57);
});

describe("batches of an epoch", () => {
  const sizes = fc.record({
    images: fc.integer({ min: 1, max: 40 }),
    batch: fc.integer({ min: 1, max: 50 }),
    seed: fc.nat(),
    epoch: fc.nat({ max: 1000 }),
  });
  /** All labels and images of an epoch, in batches of a size. */
  const epochOf = (options: LoaderOptions, images: number, size: number, epoch: number): Batch[] => {
    const loader = createLoader(memorySet(images), options);
    const batches: Batch[] = [];
    for (let from = 0; from < loader.length; from += size) {
      batches.push(loader.batch(epoch, from, Math.min(size, loader.length - from)));
    }
    return batches;
  };
  const joined = (batches: readonly Batch[]) => ({
    images: Buffer.concat(batches.map(({ images }) => images)).toString("hex"),
    labels: batches.flatMap(({ labels }) => [...labels]),
    mixed: batches.flatMap(({ mix }) => [...(mix?.labels ?? [])]),
    share: batches.flatMap(({ mix }) => [...(mix?.share ?? [])]),
  });

  test("have each image once with its label, for any batch size", () => {
    fc.assert(
      fc.property(sizes, ({ images, batch, seed, epoch }) => {
        const set = memorySet(images);
        const batches = epochOf({ seed }, images, batch, epoch);
        const size = 3 * 8 * 6;
        const found = batches.flatMap(({ images: bytes, labels }) =>
          [...labels].map(
            (label, i) => `${label} ${Buffer.from(bytes.subarray(i * size, (i + 1) * size)).toString("hex")}`,
          ),
        );
        const expected = Array.from(
          { length: images },
          (_, i) => `${i % 3} ${Buffer.from(imageOf(set, i)).toString("hex")}`,
        );
        expect(found.sort()).toEqual(expected.sort());
      }),
    );
  });

  test("do not depend on how the epoch is divided, or on earlier calls", () => {
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 1, max: 50 }),
        fc.shuffledSubarray(AUGMENT),
        ({ images, batch, seed, epoch }, other, augment) => {
          const options = { seed, augment };
          const whole = joined(epochOf(options, images, images, epoch));
          expect(joined(epochOf(options, images, batch, epoch))).toEqual(whole);
          const loader = createLoader(memorySet(images), options);
          loader.batch(epoch + 1, 0, Math.min(other, images));
          loader.batch(epoch, images - 1, 1);
          expect(joined([loader.batch(epoch, 0, images)])).toEqual(whole);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("differ from epoch to epoch, and from seed to seed", () => {
    const of = (seed: number, epoch: number) => joined(epochOf({ seed }, 40, 40, epoch)).labels;
    expect(of(1, 0)).not.toEqual(of(1, 1));
    expect(of(1, 0)).not.toEqual(of(2, 0));
  });

  test("use the given memory if it has their size", () => {
    const loader = createLoader(memorySet(10), { seed: 0 });
    const { images } = loader.batch(0, 0, 4);
    const memory = new ArrayBuffer(images.length);
    expect(loader.batch(0, 0, 4, memory).images.buffer).toBe(memory);
    expect(loader.batch(0, 0, 4, memory).images).toEqual(images);
    expect(loader.batch(0, 0, 3, memory).images.buffer).not.toBe(memory);
  });
});

describe("orders", () => {
  test("sequential and given orders are the same in each epoch", () => {
    const four = { length: 4, labels: new Int32Array() };
    expect([...createOrder(four, 1, "sequential").of(3)]).toEqual([0, 1, 2, 3]);
    const easyFirst = Int32Array.of(2, 2, 0);
    const order = createOrder(four, 1, easyFirst);
    easyFirst[0] = 3;
    expect([order.length, [...order.of(0)], [...order.of(9)]]).toEqual([3, [2, 2, 0], [2, 2, 0]]);
  });
});

const MISTAKES: readonly (readonly [
  what: string,
  options: object,
  place: readonly [number, number, number],
  message: string,
])[] = [
  [
    "an order of other images",
    { order: Int32Array.of(0, 10) },
    [0, 0, 1],
    "order: it contains image 10: expected numbers from 0 to 9",
  ],
  [
    "an unknown order",
    { order: "random" },
    [0, 0, 1],
    'order = random: expected "shuffled", "sequential", an Int32Array of images, or a sampler',
  ],
  ["positions past the end", {}, [0, 8, 3], "from = 8, count = 3: expected positions within the epoch's 10 images"],
  ["no images", {}, [0, 0, 0], "from = 0, count = 0: expected positions"],
  ["a position before the start", {}, [0, -1, 3], "from = -1, count = 3: expected positions"],
  ["an epoch that is not whole", {}, [0.5, 0, 3], "epoch = 0.5: expected a whole number of at least 0"],
];

test.each(MISTAKES)("%s", (_, options, [epoch, from, count], message) => {
  const act = (): unknown => createLoader(memorySet(10), { seed: 0, ...options }).batch(epoch, from, count);
  expect(act).toThrow(DataError);
  expect(act).toThrow(message);
});
