import { expect, test } from "vitest";
import {
  balanced,
  createLoader,
  DataError,
  type ImageSource,
  imageSet,
  type LoaderOptions,
  type PlannedBatch,
  prefetch,
  type Sampler,
  sequential,
  shuffled,
  subset,
  weighted,
} from "../src/index.ts";
import { memorySet } from "./memory-set.ts";

/** Ten byte images [1, 2, 3]: image i has the bytes 6 i to 6 i + 5. */
const bytes = Uint8Array.from({ length: 60 }, (_, i) => i);
const labels = Int32Array.from({ length: 10 }, (_, i) => (i < 7 ? 0 : i < 9 ? 1 : 3));
const angles = Float32Array.from({ length: 10 }, (_, i) => i / 10);
const set = imageSet({ images: bytes, labels, imageShape: [1, 2, 3] });
const features = imageSet({
  images: Float32Array.from(bytes),
  imageShape: [6],
  targets: { labels, angle: { values: angles, shape: [] }, pair: [...bytes.subarray(0, 20)] },
});

test("arrays become a set with labels, names of classes and targets", () => {
  expect(set.classNames).toEqual(["0", "1", "2", "3"]);
  expect([set.length, set.dtype, set.nameOf(3)]).toEqual([10, "uint8", "image 3"]);
  expect(features.imageShape).toEqual([6]);
  expect([...features.labels]).toEqual([...labels]);
  expect(Object.keys(features.targets)).toEqual(["angle", "pair"]);
  expect(features.targets.pair?.shape).toEqual([2]);
  const image = new Float32Array(8);
  features.read(2, image, 1);
  expect([...image]).toEqual([0, 12, 13, 14, 15, 16, 17, 0]);
});

test("images in shared memory are not copied, others are", () => {
  const shared = new Uint8Array(new SharedArrayBuffer(18), 6);
  const [near, copied] = [shared, Uint8Array.from(bytes)].map((images) =>
    imageSet({ images, targets: {}, imageShape: [1, 2, 3] }),
  ) as [typeof set, typeof set];
  shared.fill(9);
  const image = new Uint8Array(6);
  near.read(1, image);
  expect([...image]).toEqual([9, 9, 9, 9, 9, 9]);
  copied.read(1, image);
  expect([...image]).toEqual([6, 7, 8, 9, 10, 11]);
});

test("an epoch is iterated with its short last batch, without it, and from a position", () => {
  const loader = createLoader(features, { sampler: sequential() });
  const sizes = (options?: object): number[] => [...loader.epoch(0, 4, options)].map(({ labels }) => labels.length);
  expect([sizes(), sizes({ dropLast: true }), sizes({ from: 5 }), sizes({ from: 10 })]).toEqual([
    [4, 4, 2],
    [4, 4],
    [4, 1],
    [],
  ]);
  const last = [...loader.epoch(0, 4)].at(-1);
  expect(last?.images).toEqual(Float32Array.from(bytes.subarray(48)));
  expect(last?.targets).toEqual({
    labels: labels.subarray(8),
    angle: angles.subarray(8),
    pair: Float32Array.from(bytes.subarray(16, 20)),
  });
  expect([...createLoader(set, { seed: 2 }).epoch(3, 4)]).toEqual(
    [0, 4, 8].map((from) => createLoader(set, { seed: 2 }).batch(3, from, Math.min(4, 10 - from))),
  );
});

test("a subset has the images in the given order, with their labels, targets and names", async () => {
  const some = subset(features, [9, 0, 9]);
  const own = subset(new Stripes(), Int32Array.of(3, 1));
  expect([some.length, some.nameOf(0), some.classNames.length, own.length]).toEqual([3, "image 9", 4, 2]);
  expect([...some.labels]).toEqual([3, 0, 3]);
  const image = new Float32Array(6);
  own.read(0, image);
  expect([...image]).toEqual(new Array(6).fill(43));
  const [batch] = createLoader(some, { order: "sequential" }).epoch(0, 3);
  expect(batch?.targets).toEqual({
    labels: Int32Array.of(3, 0, 3),
    angle: Float32Array.of(0.9, 0, 0.9),
    pair: Float32Array.of(18, 19, 0, 1, 18, 19),
  });
  expect(batch?.images).toEqual(
    Float32Array.from([...bytes.subarray(54), ...bytes.subarray(0, 6), ...bytes.subarray(54)]),
  );
  // A copy with other labels has those.
  expect([...subset({ ...set, labels: labels.map((label) => 3 - label) }, [9, 0]).labels]).toEqual([0, 3]);
  const batches = prefetch(some, { order: "sequential" }, [{ epoch: 0, from: 0, count: 3 }], { ahead: 1 });
  expect(await batches.next()).toEqual(batch);
  await batches.close();
});

const draws = (sampler: Sampler, epoch: number, seed = 1): number[] =>
  [...createLoader(set, { seed, sampler }).epoch(epoch, 7)].flatMap(({ images }) =>
    Array.from({ length: images.length / 6 }, (_, i) => (images[6 * i] as number) / 6),
  );
const numbers = [...Array(10).keys()];

test("samplers choose images by seed and epoch alone", () => {
  expect(draws(sequential(), 4)).toEqual(numbers);
  for (const sampler of [shuffled(), weighted(new Array(10).fill(1)), balanced()]) {
    expect(draws(sampler, 2)).toEqual(draws(sampler, 2));
    expect(draws(sampler, 2)).not.toEqual(draws(sampler, 3));
    expect(draws(sampler, 2)).not.toEqual(draws(sampler, 2, 5));
  }
  expect(draws(shuffled(), 2).sort((a, b) => a - b)).toEqual(numbers);
});

test("weighted draws have the frequencies of the weights", () => {
  const counts = new Array<number>(10).fill(0);
  const weights = [0, 1, 0, 0, 3, 0, 0, 0, 0, 0];
  for (const image of draws(weighted(weights, { length: 4000 }), 0)) counts[image] = (counts[image] as number) + 1;
  expect(counts.map((count) => count > 0)).toEqual(weights.map((weight) => weight > 0));
  // The standard deviation is 27.
  expect(Math.abs((counts[1] as number) - 1000)).toBeLessThan(140);
});

test("balanced epochs have equally many images of each class, and all images of a class equally often", () => {
  const classOf = (image: number): number => labels[image] as number;
  const all = numbers.map((epoch) => draws(balanced(), epoch));
  for (const epoch of all) {
    const counts = [0, 1, 3].map((label) => epoch.filter((image) => classOf(image) === label).length);
    expect(counts.every((count) => count === 3 || count === 4)).toBe(true);
  }
  const uses = numbers.map((image) => all.flat().filter((other) => other === image).length);
  // 100 draws: 34 or 33 of each class, of which the first has seven images, the second two and the third one.
  for (const [image, count] of uses.entries()) {
    const mean = 100 / 3 / ([7, 2, 0, 1][classOf(image)] as number);
    expect(Math.abs(count - mean)).toBeLessThanOrEqual(1);
  }
});

test("repetitions of an image within an epoch have other random changes", () => {
  const one = imageSet({
    images: Uint8Array.from({ length: 64 }, (_, i) => 4 * i),
    labels: [0],
    imageShape: [1, 8, 8],
  });
  const loader = createLoader(one, { augment: [{ kind: "crop", padding: 3 }], sampler: balanced({ length: 8 }) });
  const images = [...loader.epoch(0, 1)].map((batch) => batch.images.join());
  expect(new Set(images).size).toBeGreaterThan(4);
});

/** A set whose methods use `this`. */
class Stripes implements ImageSource {
  readonly imageShape = [1, 2, 3];
  readonly length = 10;
  readonly #first = 40;
  readonly targets = { angle: { values: angles, shape: [1] } };
  read(index: number, into: Uint8Array | Float32Array, offset = 0): void {
    into.fill(this.#first + index, offset, offset + 6);
  }
}

const PLAN: readonly PlannedBatch[] = [0, 1].flatMap((epoch) =>
  [0, 4, 8].map((from) => ({ epoch, from, count: Math.min(4, 10 - from) })),
);
const { read, imageShape } = memorySet(10);
const SOURCES: Readonly<Record<string, readonly [ImageSource, LoaderOptions?]>> = {
  "bytes with a sampler": [set, { sampler: balanced({ length: 12 }) }],
  "numbers with several targets": [features, { sampler: weighted(angles) }],
  "a copy with other labels": [{ ...memorySet(10), labels: Int32Array.from({ length: 10 }, () => 1) }],
  "a copy with another shape": [{ ...set, imageShape: [6] }],
  "the first images of a set": [{ ...set, length: 10, labels }],
  "members by themselves": [{ read, imageShape, length: 10 }],
  "methods that use `this`": [new Stripes()],
  "an object with augmentation": [
    { imageShape: [1, 2, 3], length: 10, labels, read: (i, into) => void into.fill(i) },
    { augment: [{ kind: "flip" }, { kind: "mixup" }] },
  ],
};

test.each(Object.entries(SOURCES))("the thread's batches are the loader's: %s", async (_, [source, options = {}]) => {
  const loader = createLoader(source, { seed: 3, ...options });
  const batches = prefetch(source, { seed: 3, ...options }, PLAN, { ahead: 2 });
  for (const { epoch, from, count } of PLAN) {
    const batch = await batches.next();
    expect(batch).toEqual(loader.batch(epoch, from, count));
    batches.recycle(batch);
  }
  await expect(batches.next()).rejects.toThrow("the plan has ended");
  await batches.close();
  await expect(batches.next()).rejects.toThrow("closed");
});

test("a copy of a set has the labels that were put into it", () => {
  const copy = { ...memorySet(10), labels: Int32Array.from({ length: 10 }, () => 1) };
  expect([...createLoader(copy).batch(0, 0, 10).labels]).toEqual(new Array(10).fill(1));
});

const images = bytes;
const shape = [1, 2, 3];
const source = { imageShape: shape, length: 10, labels, read: () => {} };
const load = (options: object): unknown => createLoader(set, options as LoaderOptions);
const MISTAKES: Readonly<Record<string, readonly [() => unknown, string]>> = {
  "neither labels nor targets": [
    () => imageSet({ images, imageShape: shape } as never),
    "imageSet: neither labels nor targets. Expected one of them. Use targets: {} for images alone.",
  ],
  "both labels and targets": [
    () => imageSet({ images, imageShape: shape, labels, targets: {} } as never),
    "imageSet: labels and targets. Expected one of them. Put class labels into targets",
  ],
  "no image": [
    () => imageSet({ images: new Uint8Array(), labels: [], imageShape: shape }),
    "imageSet: images is empty. Expected at least one image.",
  ],
  "images of another type": [
    () => imageSet({ images: new Float64Array(60) as never, labels, imageShape: shape }),
    "imageSet: images is a Float64Array. Expected a Uint8Array of bytes from 0 to 255, or a Float32Array.",
  ],
  "an incomplete image": [
    () => imageSet({ images: new Uint8Array(61), labels, imageShape: shape }),
    "imageSet: images has 61 values. Expected a multiple of 6, the values of one image [1,2,3].",
  ],
  "a NaN in an image": [
    () => imageSet({ images: new Float32Array(60).fill(Number.NaN, 13), labels, imageShape: shape }),
    "imageSet: image 2 contains NaN. Expected finite numbers.",
  ],
  "an invalid shape": [
    () => imageSet({ images, labels, imageShape: [0, 2] }),
    "imageSet: imageShape = [0,2]. Expected the shape of one image, such as [1, 28, 28].",
  ],
  "labels of other images": [
    () => imageSet({ images, labels: labels.subarray(1), imageShape: shape }),
    "imageSet: labels has 9 values. Expected one for each of 10 images.",
  ],
  "a label beyond the classes": [
    () => imageSet({ images, labels, imageShape: shape, classNames: ["a", "b"] }),
    "imageSet: the label of image 9 is 3. Expected a whole number from 0 to 1, the index of a class name.",
  ],
  "a negative label": [
    () => imageSet({ images, labels: labels.map(() => -1), imageShape: shape }),
    "imageSet: the label of image 0 is -1. Expected a whole number of at least 0.",
  ],
  "a label that is not whole": [
    () => imageSet({ images, labels: [...labels].map((label) => label / 2), imageShape: shape }),
    "imageSet: the label of image 7 is 0.5. Expected a whole number of at least 0.",
  ],
  "labels that are text": [
    () => imageSet({ images, labels: ["1"] as never, imageShape: shape }),
    'imageSet: the label of image 0 is "1". Expected a whole number of at least 0.',
  ],
  "names of classes without labels": [
    () => imageSet({ images, targets: { angle: angles }, imageShape: shape, classNames: ["a"] }),
    "imageSet: classNames without class labels.",
  ],
  "a target of another length": [
    () => imageSet({ images, targets: { angle: { values: angles, shape: [2] } }, imageShape: shape }),
    "imageSet: targets.angle has 10 values. Expected 20: 2 for each of 10 images.",
  ],
  "a target of another type": [
    () => imageSet({ images, targets: { angle: new Float64Array(10) as never }, imageShape: shape }),
    "imageSet: targets.angle.values is a Float64Array. Expected a Float32Array, or an Int32Array for whole numbers.",
  ],
  "a target with an invalid shape": [
    () => imageSet({ images, targets: { angle: { values: angles, shape: 1 as never } }, imageShape: shape }),
    "imageSet: targets.angle.shape = 1. Expected the shape of one image's target, such as [1].",
  ],
  "a target with a NaN": [
    () =>
      imageSet({ images, targets: { angle: angles.map((x) => x / (x - (angles[4] as number))) }, imageShape: shape }),
    "imageSet: targets.angle is Infinity for image 4. Expected finite numbers. Leave such images out.",
  ],
  "no images": [() => createLoader(undefined as never), "createLoader: the images are missing."],
  "an object without read": [
    () => createLoader({ ...new Stripes() } as never),
    "createLoader: the images have no function read(index, into, offset).",
  ],
  "a set without images": [
    () => createLoader({ ...source, length: 0 }),
    "createLoader: length = 0. Expected the number of images, at least 1.",
  ],
  "a list of labels": [
    () => createLoader({ ...source, labels: [...labels] as never }),
    "createLoader: labels is an Array. Expected an Int32Array of classes from 0.",
  ],
  "labels for fewer images": [
    () => createLoader({ ...set, labels: labels.subarray(1) }),
    "createLoader: labels has 9 values. Expected one for each of 10 images.",
  ],
  "another type of pixels": [
    () => createLoader({ ...source, dtype: "float64" as never }),
    'createLoader: dtype = "float64". Expected "uint8" or "float32".',
  ],
  "a shape of other images": [
    () => createLoader({ ...set, imageShape: [1, 2, 4] }),
    "createLoader: imageShape = [1,2,4] has 8 values. Expected 6, as in the images, [1,2,3].",
  ],
  "a read that returns pixels": [
    () => createLoader({ ...source, read: () => bytes }).batch(0, 0, 1),
    "read returned a Uint8Array. Expected it to write the pixels into its second argument.",
  ],
  "an asynchronous read": [
    () => createLoader({ ...source, read: async () => {} }).batch(0, 0, 1),
    "read returned a promise. Expected pixels at once.",
  ],
  "a destination of another type": [
    () => features.read(0, new Uint8Array(6) as never),
    "read: into is a Uint8Array. Expected a Float32Array, as the images are float32.",
  ],
  "augmentation of numbers": [
    () => createLoader(features, { augment: [{ kind: "flip" }] }),
    "createLoader: augment with float32 images [6]. Expected bytes [channels, height, width].",
  ],
  "mixup with other targets": [
    () =>
      createLoader(imageSet({ images, targets: { angle: angles }, imageShape: [1, 2, 3] }), {
        augment: [{ kind: "mixup" }],
      }),
    "mixup and cutmix mix class labels, and the images have the targets angle.",
  ],
  "an order and a sampler": [
    () => load({ order: "sequential", sampler: shuffled() }),
    "createLoader: order and sampler. Expected one of them.",
  ],
  "an unknown sampler": [
    () => load({ sampler: { kind: "random" } }),
    'order = {"kind":"random"}: expected "shuffled", "sequential", an Int32Array of images, or a sampler',
  ],
  "no options": [() => imageSet(undefined as never), "imageSet: no options. Expected { images, labels, imageShape }"],
  "targets that have no names": [
    () => imageSet({ images, imageShape: [1, 2, 3], targets: [angles] as never }),
    "imageSet: targets is no object. Expected targets by name, or {} for images alone.",
  ],
  "class names that are no list": [
    () => imageSet({ images, imageShape: [1, 2, 3], labels: new Uint8Array(10), classNames: "cat" as never }),
    "imageSet: classNames is no list of strings. Expected one name for each class.",
  ],
  "weights that are no array": [() => weighted(undefined as never), "weighted: the weights are undefined."],
  "indices that are no array": [() => subset(features, 3 as never), "subset: the indices are 3."],
  "weights of other images": [
    () => load({ sampler: weighted([1, 2]) }),
    "sampler: 2 weights for 10 images. Expected one for each image.",
  ],
  "a negative weight": [
    () => load({ sampler: weighted(angles.map((x) => 0.45 - x)) }),
    "sampler: the weight of image 5 is -0.05",
  ],
  "weights of 0": [
    () => load({ sampler: weighted(new Array(10).fill(0)) }),
    "sampler: the sum of the weights is 0. Expected a finite number above 0.",
  ],
  "an epoch without images": [
    () => load({ sampler: balanced({ length: 0 }) }),
    "sampler: length = 0. Expected the number of images in an epoch, at least 1.",
  ],
  "classes to balance that are missing": [
    () => createLoader(new Stripes(), { sampler: balanced() }),
    "sampler: the images have no class labels. Expected labels to balance.",
  ],
  "a subset without images": [() => subset(set, []), "subset: no index. Expected at least one image."],
  "a subset of other images": [() => subset(set, [1, 10]), "subset: the index 10. Expected whole numbers from 0 to 9."],
  "a batch size of 0": [
    () => createLoader(set).epoch(0, 0),
    "epoch: batchSize = 0. Expected a whole number of at least 1.",
  ],
  "an epoch that is not whole": [
    () => createLoader(set).epoch(0.5, 2),
    "epoch: epoch = 0.5. Expected a whole number of at least 0.",
  ],
  "a position past the end": [
    () => createLoader(set).epoch(0, 2, { from: 11 }),
    "epoch: from = 11. Expected a position in the epoch, from 0 to 10.",
  ],
};

test.each(Object.entries(MISTAKES))("%s is refused in a sentence", (_, [act, message]) => {
  expect(act).toThrow(DataError);
  expect(act).toThrow(message);
});
