import { expect, test } from "vitest";
import {
  createLoader,
  DataError,
  imageSet,
  type PlannedBatch,
  rebatch,
  type StreamPiece,
  type StreamSource,
  streamBatches,
} from "../src/index.ts";

/** Ten images [1, 2, 3], whose bytes depend on the epoch, in pieces of 1, 2, 3, ... images. */
let closed = 0;
const stream: StreamSource = {
  imageShape: [1, 2, 3],
  length: 10,
  async *open(epoch) {
    try {
      for (let from = 0, count = 1; from < 10; from += count++) {
        const length = Math.min(count, 10 - from);
        const images = Uint8Array.from({ length: 6 * length }, (_, i) => 100 * epoch + from + Math.floor(i / 6));
        const numbers = Array.from({ length }, (_, i) => from + i);
        yield { images, labels: numbers, targets: { angle: Float32Array.from(numbers, (x) => x / 10) } };
      }
    } finally {
      closed++;
    }
  },
};
const numbers = [...Array(10).keys()];

test("pieces of any size become batches, the last one short or left out", async () => {
  const sizes: number[] = [];
  const labels: number[] = [];
  for await (const batch of rebatch(stream.open(0), { batchSize: 4, imageShape: [1, 2, 3] })) {
    sizes.push(batch.images.length / 6);
    labels.push(...batch.labels);
    expect([...batch.images].filter((_, i) => i % 6 === 0)).toEqual([...batch.labels]);
    expect(batch.targets.angle).toEqual(Float32Array.from(batch.labels, (x) => x / 10));
  }
  expect([sizes, labels]).toEqual([[4, 4, 2], numbers]);
  const whole: number[] = [];
  for await (const batch of rebatch(stream.open(0), { batchSize: 4, imageShape: [1, 2, 3], dropLast: true })) {
    whole.push(batch.labels.length);
  }
  expect(whole).toEqual([4, 4]);
});

test("the batches of a loader are pieces too, and leaving the loop closes the stream", async () => {
  const set = imageSet({ images: new Uint8Array(60), labels: numbers, imageShape: [1, 2, 3] });
  const sizes: number[] = [];
  for await (const { labels } of rebatch(createLoader(set).epoch(0, 3), { batchSize: 7, imageShape: [1, 2, 3] })) {
    sizes.push(labels.length);
  }
  expect(sizes).toEqual([7, 3]);
  closed = 0;
  for await (const _ of rebatch(stream.open(0), { batchSize: 2, imageShape: [1, 2, 3] })) break;
  expect(closed).toBe(1);
});

test("a stream that waits for its next piece can be left", async () => {
  async function* waiting(): AsyncGenerator<StreamPiece> {
    yield { images: new Uint8Array(6) };
    await new Promise(() => {});
  }
  const sizes: number[] = [];
  for await (const { images } of rebatch(waiting(), { batchSize: 1, imageShape: [1, 2, 3] })) {
    sizes.push(images.length);
    break;
  }
  expect(sizes).toEqual([6]);
});

test("batches without class labels keep a target of the name labels", async () => {
  const labels = Float32Array.from({ length: 20 }, (_, i) => i);
  const set = imageSet({
    images: new Uint8Array(60),
    imageShape: [1, 2, 3],
    targets: { labels: { values: labels, shape: [2] } },
  });
  const pieces = createLoader(set, { order: "sequential" }).epoch(0, 3);
  for await (const batch of rebatch(pieces, { batchSize: 10, imageShape: [1, 2, 3] })) {
    expect(batch.targets).toEqual({ labels });
    expect(batch.labels).toHaveLength(0);
  }
});

test("a plan starts anywhere in an epoch, with the changes of its positions", async () => {
  const plan: PlannedBatch[] = [
    { epoch: 0, from: 4, count: 6 },
    { epoch: 1, from: 0, count: 3 },
    { epoch: 1, from: 3, count: 7 },
  ];
  const options = { seed: 4, augment: [{ kind: "flip" }, { kind: "colorJitter" }] } as const;
  const read = async (from: number) => {
    const batches = streamBatches(stream, options, plan.slice(from));
    const all = [];
    for (const _ of plan.slice(from)) all.push(await batches.next());
    await expect(batches.next()).rejects.toThrow("the plan has ended");
    await batches.close();
    return all;
  };
  const all = await read(0);
  expect(all.map(({ labels }) => [...labels])).toEqual([numbers.slice(4), numbers.slice(0, 3), numbers.slice(3)]);
  expect(await read(2)).toEqual(all.slice(2));
});

const piece = (given: object) => [given as StreamPiece];
const first = async (given: object): Promise<unknown> => {
  const format = { batchSize: 2, imageShape: [2] };
  for await (const batch of rebatch(given as never, format)) return batch;
  return null;
};
const batchOf = (given: object, options: object = {}): Promise<unknown> =>
  streamBatches({ ...stream, ...given }, options, [{ epoch: 0, from: 0, count: 10 }]).next();
const MISTAKES: Readonly<Record<string, readonly [() => unknown, string]>> = {
  "no iterable": [() => first({}), "rebatch: the stream is an Object. Expected an iterable of { images, labels }."],
  "images of another type": [
    () => first(piece({ images: new Float32Array(2) })),
    "the images of a piece are a Float32Array. Expected a Uint8Array.",
  ],
  "an incomplete image": [
    () => first(piece({ images: new Uint8Array(3) })),
    "the images of a piece have 3 values. Expected a multiple of 2, the values of one image.",
  ],
  "labels for other images": [
    () => first(piece({ images: new Uint8Array(4), labels: [1, 2, 3] })),
    "the target labels of a piece is 3 values. Expected a Float32Array or an Int32Array with equally many values",
  ],
  "other targets than before": [
    () => first([...piece({ images: new Uint8Array(2), labels: [1] }), ...piece({ images: new Uint8Array(2) })]),
    "a piece of the stream has no target. Expected labels, as before.",
  ],
  "a stream that ends early": [
    () => batchOf({ open: () => piece({ images: new Uint8Array(12) }) }),
    "stream: epoch 0 ended after 2 images. Expected 10 images, the length of the stream.",
  ],
  "a stream without open": [() => batchOf({ open: 1 }), "stream: the stream has no function open(epoch)."],
  "a stream without a length": [
    () => batchOf({ length: undefined }),
    "stream: length = undefined. Expected the number of images of an epoch, at least 1.",
  ],
  "a stream without a shape": [() => batchOf({ imageShape: 3 }), "stream: imageShape = 3."],
  "augmentation that mixes images": [
    () => batchOf({}, { augment: [{ kind: "mixup" }] }),
    "stream: mixup and cutmix need any two images of an epoch. Remove them from augment.",
  ],
};

test.each(Object.entries(MISTAKES))("%s is refused in a sentence", async (_, [act, message]) => {
  const error = await (async () => act())().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DataError);
  expect((error as DataError).message).toContain(message);
});
