import { describe, expect, test } from "vitest";
import { initializers, type Shape } from "../src/index.ts";

const { byName, initializerOf } = initializers;

const CONVOLUTION: Shape = [48, 32, 3, 3];
const FAN_IN = 32 * 9;
const FAN_OUT = 48 * 9;

const deviation = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

/** Relative tolerance: five standard deviations of the root mean square of 13,824 independent numbers. */
const CLOSE = 0.03;

interface Row {
  readonly name: string;
  readonly of: initializers.Initializer;
  readonly deviation: number;
  /** Largest absolute value possible; some number comes close to it. */
  readonly bound?: number;
}

/** Standard deviation of a standard normal number truncated at 2. */
const CUT = 0.8796257;

const ROWS: readonly Row[] = [
  { name: "uniform", of: initializers.uniform(0.3), deviation: 0.3 / Math.sqrt(3), bound: 0.3 },
  { name: "normal", of: initializers.normal(0.3), deviation: 0.3 },
  { name: "truncatedNormal", of: byName.truncatedNormal, deviation: 0.02 * CUT, bound: 0.04 },
  {
    name: "pytorchDefault",
    of: byName.pytorchDefault,
    deviation: Math.sqrt(1 / (3 * FAN_IN)),
    bound: 1 / Math.sqrt(FAN_IN),
  },
  { name: "kaimingNormal", of: byName.kaimingNormal, deviation: Math.sqrt(2 / FAN_IN) },
  {
    name: "kaimingNormal by fanOut with a gain of 1",
    of: initializers.kaimingNormal({ mode: "fanOut", gain: 1 }),
    deviation: Math.sqrt(1 / FAN_OUT),
  },
  {
    name: "kaimingUniform",
    of: byName.kaimingUniform,
    deviation: Math.sqrt(2 / FAN_IN),
    bound: Math.sqrt(6 / FAN_IN),
  },
  { name: "xavierNormal", of: byName.xavierNormal, deviation: Math.sqrt(2 / (FAN_IN + FAN_OUT)) },
  {
    name: "xavierUniform",
    of: byName.xavierUniform,
    deviation: Math.sqrt(2 / (FAN_IN + FAN_OUT)),
    bound: Math.sqrt(6 / (FAN_IN + FAN_OUT)),
  },
  { name: "orthogonal", of: byName.orthogonal, deviation: 1 / Math.sqrt(FAN_IN) },
];

describe.each(ROWS)("$name", ({ of, deviation: expected }) => {
  const values = of(CONVOLUTION, 7, "conv1.weight");

  test("has its deviation and a mean of 0", () => {
    expect(Math.abs(deviation(values) / expected - 1)).toBeLessThan(CLOSE);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan((5 * expected) / Math.sqrt(values.length));
  });

  test("returns equal numbers for an equal seed and name, and different ones otherwise", () => {
    expect(of(CONVOLUTION, 7, "conv1.weight")).toEqual(values);
    for (const other of [of(CONVOLUTION, 8, "conv1.weight"), of(CONVOLUTION, 7, "conv2.weight")]) {
      expect(other.filter((value, i) => value === values[i]).length).toBeLessThan(values.length / 100);
    }
  });
});

describe("stays within its bound and comes close to it", () => {
  test.each(ROWS.filter((row) => row.bound !== undefined))("$name", ({ of, bound }) => {
    const values = of(CONVOLUTION, 7, "conv1.weight");
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / (bound as number);
    expect(largest).toBeLessThanOrEqual(1 + 1e-6);
    expect(largest).toBeGreaterThan(0.99);
  });
});

describe("orthogonal", () => {
  test.each([
    ["rows", [5, 3, 2, 2], 1],
    ["all of a square", [8, 8], 1],
    ["columns", [12, 4], 2],
  ] as const)("%s", (_, shape, gain) => {
    const values = initializers.orthogonal(gain)(shape, 1, "weight");
    const rows = shape[0];
    const columns = values.length / rows;
    const at = (vector: number, i: number): number =>
      values[rows <= columns ? vector * columns + i : i * columns + vector] as number;
    const [vectors, length] = rows <= columns ? [rows, columns] : [columns, rows];
    for (let a = 0; a < vectors; a++) {
      for (let b = 0; b < vectors; b++) {
        let product = 0;
        for (let i = 0; i < length; i++) product += at(a, i) * at(b, i);
        expect(product).toBeCloseTo(a === b ? gain * gain : 0, 5);
      }
    }
  });
});

describe("dirac", () => {
  test("copies each input channel, and initializes the other filters as before", () => {
    const shape = [3, 2, 3, 3];
    const others = byName.pytorchDefault(shape, 5, "conv1.weight");
    const copies = new Float32Array(36);
    copies[4] = 1;
    copies[18 + 9 + 4] = 1;
    expect(byName.dirac(shape, 5, "conv1.weight")).toEqual(Float32Array.of(...copies, ...others.subarray(36)));
  });

  test("with fewer filters than channels, copies the first channels", () => {
    expect(initializers.dirac(byName.ones)([1, 2, 1, 3], 0, "w")).toEqual(Float32Array.of(0, 1, 0, 0, 0, 0));
  });
});

describe("by name", () => {
  test("zeros and ones", () => {
    expect(initializerOf("zeros")([2, 1], 0, "bias")).toEqual(Float32Array.of(0, 0));
    expect(initializerOf("ones")([2, 1], 0, "weight")).toEqual(Float32Array.of(1, 1));
  });

  test("a function is returned unchanged", () => expect(initializerOf(byName.orthogonal)).toBe(byName.orthogonal));

  test.each(["kaiming", "toString", 3])("%s is rejected", (name) => {
    expect(() => initializerOf(name as "zeros")).toThrow(
      `initializer = ${JSON.stringify(name)}. Expected a function, or one of ${Object.keys(byName).join(", ")}`,
    );
  });
});
