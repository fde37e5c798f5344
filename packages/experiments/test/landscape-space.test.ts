import { lenet } from "@downhill/graph";
import { randomAt, randomKey } from "@downhill/optim/random";
import { describe, expect, test } from "vitest";
import { extremeEigenvalues } from "../src/landscape/measure/lanczos.ts";
import { barrierOf } from "../src/landscape/measure/line.ts";
import { evenly, gridAround } from "../src/landscape/measure/plane.ts";
import { cosineOf, project, weightsAt } from "../src/landscape/space/directions.ts";
import { filterNormalized, filtersOf } from "../src/landscape/space/filter-normalized.ts";
import { layoutOf, partsOf, toVector } from "../src/landscape/space/layout.ts";
import { principalPlane } from "../src/landscape/space/principal-plane.ts";
import { combine, dot, normOf } from "../src/vectors.ts";

const numbers = (count: number, name: string): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => 2 * randomAt(i, randomKey(7, 0, name), 0) - 1);

const model = lenet([1, 28, 28], 10);
const layout = layoutOf(
  model,
  () => false,
  (name) => name !== "conv2.weight",
);

describe("filter normalization", () => {
  const weights = toVector(layout, model.initialize(3));
  const direction = filterNormalized(layout, weights, 5, "x");
  const [ofWeights, ofDirection] = [partsOf(layout, weights), partsOf(layout, direction)];

  test("each filter and each neuron of the direction has the norm of its weights", () => {
    let filters = 0;
    for (const part of layout.parts) {
      for (const [from, to] of part.isTrained ? filtersOf(part) : []) {
        const [expected, found] = [ofWeights, ofDirection].map((parts) =>
          normOf((parts[part.name] as Float32Array).subarray(from, to)),
        );
        expect(found, part.name).toBeCloseTo(expected as number, 5);
        filters++;
      }
    }
    expect(filters).toBe(16 + 128 + 10);
  });

  test("biases and frozen weights do not move", () => {
    for (const { name, shape } of layout.parts) {
      if (shape.length === 1 || name === "conv2.weight")
        expect(normOf(ofDirection[name] as Float32Array), name).toBe(0);
    }
  });

  test("rescaled filters rescale the direction; seeds and names give other directions, the same ones the same", () => {
    const doubled = filterNormalized(
      layout,
      weights.map((value) => 2 * value),
      5,
      "x",
    );
    expect(doubled.every((value, i) => value === 2 * (direction[i] as number))).toBe(true);
    const again = filterNormalized(layout, weights, 5, "x");
    expect(again.every((value, i) => value === direction[i])).toBe(true);
    const others = [filterNormalized(layout, weights, 6, "x"), filterNormalized(layout, weights, 5, "y")];
    for (const other of others) {
      expect(Math.abs(cosineOf({ origin: weights, u: direction, v: other }))).toBeLessThan(0.02);
    }
  });
});

describe("principal plane", () => {
  const size = 50;
  const origin = numbers(size, "origin");
  const [a, b] = [numbers(size, "a"), numbers(size, "b")];
  const points = [
    [-3, 1],
    [-2, 0.2],
    [-1, 0.4],
    [0.5, 0.1],
  ].map(([x, y]) =>
    combine([
      [1, origin],
      [x as number, a],
      [y as number, b],
    ]),
  );

  test("a path in a known plane is in the plane that is found, with all its distances", () => {
    const plane = principalPlane(origin, points);
    if (plane === null) throw new Error("no plane");
    expect(normOf(plane.u)).toBeCloseTo(1, 5);
    expect(normOf(plane.v)).toBeCloseTo(1, 5);
    expect(dot(plane.u, plane.v)).toBeCloseTo(0, 5);
    expect(plane.shares[0] + plane.shares[1]).toBeCloseTo(1, 6);
    expect(plane.shares[0]).toBeGreaterThan(plane.shares[1]);
    for (const point of points) {
      const { x, y, distance } = project(plane, point);
      expect(distance).toBeLessThan(1e-4);
      expect(Math.hypot(x, y)).toBeCloseTo(
        normOf(
          combine([
            [1, point],
            [-1, origin],
          ]),
        ),
        4,
      );
      for (const [i, value] of weightsAt(plane, x, y).entries()) expect(value).toBeCloseTo(point[i] as number, 4);
    }
    const first = project(plane, points[0] as Float32Array);
    expect(first.x).toBeLessThan(0);
    expect(first.y).toBeLessThanOrEqual(0);
  });

  test("a point outside has its distance from the plane", () => {
    const plane = principalPlane(origin, points);
    if (plane === null) throw new Error("no plane");
    const normal = numbers(size, "normal");
    const flat = combine([
      [1, normal],
      [-dot(normal, plane.u), plane.u],
      [-dot(normal, plane.v), plane.v],
    ]);
    const { x, y, distance } = project(
      plane,
      combine([
        [1, points[1] as Float32Array],
        [2, flat],
      ]),
    );
    const inside = project(plane, points[1] as Float32Array);
    expect([x, y]).toEqual([expect.closeTo(inside.x, 4), expect.closeTo(inside.y, 4)]);
    expect(distance).toBeCloseTo(2 * normOf(flat), 4);
  });

  test("points on a line, or at the origin, have no plane", () => {
    const onLine = [1, 2, 3].map((x) =>
      combine([
        [1, origin],
        [x, a],
      ]),
    );
    expect(principalPlane(origin, onLine)).toBeNull();
    expect(principalPlane(origin, [origin, origin])).toBeNull();
    expect(principalPlane(origin, [onLine[0] as Float32Array])).toBeNull();
  });

  test("directions that are not orthogonal: the nearest point still has the right position", () => {
    const { x, y, distance } = project({ origin, u: a, v: b }, points[0] as Float32Array);
    expect([x, y, distance]).toEqual([expect.closeTo(-3, 4), expect.closeTo(1, 4), expect.closeTo(0, 4)]);
  });
});

describe("largest eigenvalue", () => {
  /** Symmetric matrix with known eigenvalues: a diagonal, turned by reflections. */
  function matrixOf(eigenvalues: readonly number[]): (vector: Float64Array) => Promise<Float64Array> {
    const size = eigenvalues.length;
    const mirrors = ["one", "two", "three"].map((name) => numbers(size, name));
    const reflect = (vector: Float64Array, mirror: Float32Array): Float64Array => {
      const factor = (2 * dot(vector, mirror)) / dot(mirror, mirror);
      return vector.map((value, i) => value - factor * (mirror[i] as number));
    };
    return async (vector) => {
      const turned = mirrors.reduce(reflect, vector);
      const scaled = turned.map((value, i) => value * (eigenvalues[i] as number));
      return [...mirrors].reverse().reduce(reflect, scaled);
    };
  }

  test.each([
    [
      "a spectrum as of a trained network",
      [40, 12, 11, 6, 2, ...Array.from({ length: 95 }, (_, i) => 0.01 * i - 0.4)],
      40,
      -0.4,
    ],
    ["a negative eigenvalue of larger size", [3, 1, ...Array.from({ length: 60 }, (_, i) => -i / 10), -9], 3, -9],
    ["a matrix of two rows", [2, -1], 2, -1],
    ["equal eigenvalues", [5, 5, 5, 5], 5, 5],
    ["zero", [0, 0, 0], 0, 0],
  ])("%s", async (_, eigenvalues, largest, smallest) => {
    const found = await extremeEigenvalues(matrixOf(eigenvalues), eigenvalues.length, {
      seed: 1,
      most: 80,
      tolerance: 1e-4,
    });
    expect(found.largest).toBeCloseTo(largest, 3);
    expect(found.largest).toBeGreaterThanOrEqual(largest - found.error - 1e-9);
    expect(found.smallest).toBeGreaterThanOrEqual(smallest - 1e-9);
    expect(found.products).toBeLessThanOrEqual(Math.min(80, eigenvalues.length));
  });

  test("products that are not finite end the iteration", async () => {
    const found = await extremeEigenvalues(async (vector) => vector.map(() => Number.NaN), 5, {
      seed: 1,
      most: 9,
      tolerance: 0.1,
    });
    expect(found).toMatchObject({ largest: Number.NaN, products: 1 });
  });
});

describe("barrier", () => {
  const at = evenly(0, 1, 5);
  const scores = [0.2, 0.5, 1.1, 0.7, 0.4].map((loss) => ({ loss, accuracy: 1 - loss / 2 }));

  test("the highest loss and error above the mean of the ends, the same in both directions", () => {
    expect(barrierOf(at, scores)).toEqual({ loss: expect.closeTo(0.8), error: expect.closeTo(0.4), at: 0.5 });
    const back = barrierOf(at, [...scores].reverse());
    expect(back).toEqual({ loss: expect.closeTo(0.8), error: expect.closeTo(0.4), at: 0.5 });
  });

  test("a loss that is not finite is an infinite barrier", () => {
    const broken = scores.map((score, i) => (i === 3 ? { loss: Number.NaN, accuracy: Number.NaN } : score));
    expect(barrierOf(at, broken)).toEqual({
      loss: Number.POSITIVE_INFINITY,
      error: Number.POSITIVE_INFINITY,
      at: 0.75,
    });
  });
});

test("a grid has all points, with a margin, and is no sliver", () => {
  const { x, y } = gridAround(
    [
      { x: -10, y: 0 },
      { x: 2, y: 1 },
    ],
    1.5,
    5,
  );
  expect([x[0], x[2], x[4]]).toEqual([-13, -4, 5]);
  expect([y[0], y[2], y[4]]).toEqual([-2.5, 0.5, 3.5]);
});
