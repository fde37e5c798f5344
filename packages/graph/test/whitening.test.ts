import { randomAt, randomKey } from "@downhill/optim/random";
import { describe, expect, test } from "vitest";
import { input } from "../src/core/input.ts";
import { adapt, airbench, compile, createNetwork, type ImageShape, layers, lenet, Scope } from "../src/index.ts";
import { symmetricEigen } from "../src/layers/eigen.ts";

const noise = (count: number, name: string): Float32Array => {
  const key = randomKey(1, 0, name);
  return Float32Array.from({ length: count }, (_, i) => 2 * randomAt(i, key, 0) - 1);
};

describe("eigenvalues and eigenvectors", () => {
  test("of two rows, computed by hand", () => {
    const { values, vectors } = symmetricEigen([2, 1, 1, 2]);
    expect([...values].map((value) => value.toFixed(12))).toEqual(["3.000000000000", "1.000000000000"]);
    expect(Math.abs((vectors[0]?.[0] as number) - (vectors[0]?.[1] as number))).toBeLessThan(1e-12);
    expect(Math.abs((vectors[1]?.[0] as number) + (vectors[1]?.[1] as number))).toBeLessThan(1e-12);
  });

  test.each([1, 2, 5, 12, 27])(
    "of %i rows: orthonormal, in descending order, and they reconstruct the matrix",
    (size) => {
      const half = noise(size * size, "matrix");
      const matrix = half.map((x, i) => x + (half[(i % size) * size + Math.floor(i / size)] as number));
      const { values, vectors } = symmetricEigen(matrix);
      const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
      for (const [i, a] of vectors.entries()) {
        for (const [j, b] of vectors.entries()) expect(dot(a, b)).toBeCloseTo(i === j ? 1 : 0, 12);
        if (i > 0) expect(values[i]).toBeLessThanOrEqual(values[i - 1] as number);
      }
      for (let row = 0; row < size; row++) {
        for (let column = 0; column < size; column++) {
          const parts = vectors.map(
            (vector, i) => (values[i] as number) * (vector[row] as number) * (vector[column] as number),
          );
          expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(matrix[row * size + column] as number, 6);
        }
      }
    },
  );

  test.each([
    ["equal ones", [2, 0, 0, 0, 2, 0, 0, 0, 2], [2, 2, 2]],
    ["zeros", [0, 0, 0, 0], [0, 0]],
    ["very different ones", [1e-30, 0, 0, 1e30], [1e30, 1e-30]],
  ])("of a diagonal: %s", (_, matrix, expected) => expect([...symmetricEigen(matrix).values]).toEqual(expected));

  test.each([
    [[1, 2, 3], "eigen: 3 numbers. Expected a square matrix."],
    [[1, NaN, 0, 1], "eigen: an element of the matrix is not finite"],
  ])("rejects %j", (matrix, message) => expect(() => symmetricEigen(matrix)).toThrow(message));
});

/** Images that are smooth and similar in all channels, like photographs. */
function photographs(count: number, [channels, height, width]: ImageShape): Float32Array {
  const rough = noise(count * height * width, "images");
  const own = noise(count * channels * height * width, "channels");
  return own.map((value, i) => {
    const pixel = i % (height * width);
    const image = Math.floor(i / (channels * height * width));
    const at = (offset: number): number => rough[(image * height * width + pixel + offset) % rough.length] as number;
    return 0.1 * value + at(0) + at(1) + at(width) + 0.3;
  });
}

const SHAPE: ImageShape = [3, 10, 9];

describe("whitening", () => {
  test.each([
    ["2x2", { kernel: 2 }],
    ["3x3, the first 8 directions", { kernel: 3, filters: 16 }],
  ])("%s: the second moments of what its filters give are the identity", async (_, options) => {
    const images = photographs(64, SHAPE);
    const scope = new Scope(false);
    const y = layers.whitening(scope, "whiten", input("images", [64, ...SHAPE]), { ...options, eps: 0 });
    const { shape, adapter } = scope.buffers.get("whiten.weight") ?? { shape: [] };
    const program = await compile<string>({ y });
    const weight = adapter?.(images, [64, ...SHAPE]) as Float32Array;
    const filters = shape[0] as number;
    const { y: values } = await program.run({
      images,
      "whiten.weight": weight,
      "whiten.bias": new Float32Array(filters),
    });
    await program.dispose();
    const positions = (y.shape[2] as number) * (y.shape[3] as number);
    const moment = (a: number, b: number): number => {
      let sum = 0;
      for (let image = 0; image < 64; image++) {
        for (let p = 0; p < positions; p++) {
          const of = (filter: number): number => values?.[(image * filters + filter) * positions + p] as number;
          sum += of(a) * of(b);
        }
      }
      return sum / (64 * positions);
    };
    const half = filters / 2;
    for (let a = 0; a < half; a++) {
      for (let b = 0; b < half; b++) {
        expect(moment(a, b)).toBeCloseTo(a === b ? 1 : 0, 4);
        expect(moment(a, half + b)).toBeCloseTo(a === b ? -1 : 0, 4);
      }
    }
  });

  test("eps keeps directions without variance from becoming noise", () => {
    const grey = new Float32Array(2 * 3 * 16).fill(0.5);
    const filters = layers.whiteningFilters(grey, [2, 3, 4, 4], [24, 3, 2, 2], 1e-2);
    // The first filter sees 12 pixels of 0.5, whose second moment is 3; the other directions have no variance.
    const lengths = Array.from({ length: 12 }, (_, i) => Math.hypot(...filters.subarray(12 * i, 12 * (i + 1))));
    expect(lengths[0]).toBeCloseTo(1 / Math.sqrt(3 + 1e-2), 5);
    for (const length of lengths.slice(1)) expect(length).toBeCloseTo(10, 4);
    const blank = layers.whiteningFilters(new Float32Array(48), [1, 3, 4, 4], [24, 3, 2, 2], 0);
    expect(blank.every(Number.isFinite)).toBe(true);
  });

  test.each([
    [2, [3, 10, 9]],
    [3, [3, 10, 9]],
    [2, [3, 7, 7]],
  ] as const)("padded, a kernel of %i keeps the size of images of %j", (kernel, imageShape) => {
    const images = input("images", [1, ...imageShape]);
    const { shape } = layers.whitening(new Scope(false), "whiten", images, { kernel, padded: true, filters: 4 });
    expect(shape).toEqual([1, 4, ...imageShape.slice(1)]);
  });
});

describe("adapt", () => {
  const model = airbench(SHAPE, 4, { widths: [4, 4] });
  const bytes = Uint8Array.from(photographs(20, SHAPE), (value) => 40 * value + 100);
  const mean = [0.4, 0.5, 0.6];
  const std = [0.2, 0.25, 0.3];

  test("sets the same whitening filters from bytes and from normalized numbers", () => {
    const networks = [createNetwork(model), createNetwork(model)] as const;
    const before = networks[0].buffers["whiten.weight"]?.slice();
    expect(adapt(networks[0], bytes, { mean, std })).toEqual(["whiten.weight"]);
    const normalized = Float32Array.from(bytes, (pixel, i) => {
      const channel = Math.floor(i / 90) % 3;
      return (pixel / 255 - (mean[channel] as number)) / (std[channel] as number);
    });
    adapt(networks[1], normalized);
    const after = networks[0].buffers["whiten.weight"];
    expect(networks[1].buffers["whiten.weight"]).toEqual(after);
    expect(after).not.toEqual(before);
    expect(after).toEqual(layers.whiteningFilters(normalized, [20, ...SHAPE], [24, 3, 2, 2], 5e-4));
  });

  test("sets nothing for most models", () => {
    expect(adapt(createNetwork(lenet(SHAPE, 4)), new Uint8Array(7))).toEqual([]);
  });

  test.each([0, 271])("rejects %i bytes", (length) =>
    expect(() => adapt(createNetwork(model), new Uint8Array(length))).toThrow(
      `airbench: the images have ${length} numbers. Expected a positive multiple of 270, the numbers of one image.`,
    ),
  );
});
