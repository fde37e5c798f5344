import { expect, test } from "vitest";
import { type Evaluation, strongWolfe } from "../src/optimizers/lbfgs/strong-wolfe.ts";

/** Runs a search with an evaluation of each step. */
function run(evaluate: (t: number) => Evaluation, ...rest: Parameters<typeof strongWolfe>) {
  const steps = strongWolfe(...rest);
  let next = steps.next();
  while (!next.done) next = steps.next(evaluate(next.value));
  return next.value;
}

type Curve = readonly [f: (t: number) => number, derivative: (t: number) => number];
const parabola: Curve = [(t) => (t - 3) ** 2, (t) => 2 * (t - 3)];
const falling: Curve = [(t) => -t, () => -1];
const risingAtOnce: Curve = [(t) => t, (t) => (t === 0 ? -1 : 1)];

/** Search along one weight. */
function search([f, derivative]: Curve, t: number, options = {}) {
  const visited: number[] = [];
  const evaluate = (t: number) => {
    visited.push(t);
    return { loss: f(t), gradient: Float64Array.of(derivative(t)) };
  };
  const origin = { loss: f(0), gradient: Float64Array.of(derivative(0)), derivative: derivative(0) };
  return { ...run(evaluate, Float64Array.of(1), origin, t, options), visited, origin };
}

test.each<[string, Curve, number]>([
  ["a parabola, first step good", parabola, 2.5],
  ["a parabola, far too short", parabola, 1e-4],
  ["a parabola, far too long", parabola, 1e6],
  ["a quartic", [(t) => (t - 2) ** 4 - t, (t) => 4 * (t - 2) ** 3 - 1], 30],
  ["a wave", [(t) => Math.sin(3 * t) - 4 * Math.sin(t), (t) => 3 * Math.cos(3 * t) - 4 * Math.cos(t)], 5],
  ["a wall", [(t) => -t + Math.exp(50 * (t - 1)), (t) => -1 + 50 * Math.exp(50 * (t - 1))], 4],
])("meets both conditions: %s", (_, curve, t) => {
  const { visited, origin, ...found } = search(curve, t);
  expect(found.loss).toBeLessThanOrEqual(origin.loss + 1e-4 * found.t * origin.derivative);
  expect(Math.abs(found.derivative)).toBeLessThanOrEqual(-0.9 * origin.derivative);
  expect(visited[0]).toBe(t);
  expect(visited).toHaveLength(found.evaluations);
  expect(visited).toContain(found.t);
  expect([found.loss, ...found.gradient]).toEqual(curve.map((f) => f(found.t)));
});

test.each<[string, Curve, number, object, visited: number[], chosen: number]>([
  ["takes the first step that will do", parabola, 2.5, {}, [2.5], 2.5],
  ["lengthens tenfold at most, until `maxLs`", falling, 1, { maxLs: 3 }, [1, 10, 100, 1000], 1000],
  ["goes nowhere when nothing lower is found in time", risingAtOnce, 1, { maxLs: 0 }, [1], 0],
  ["stops when its interval is too small", risingAtOnce, 1e-3, { toleranceChange: 1e-2 }, [1e-3], 0],
])("%s", (_, curve, from, options, expected, chosen) => {
  const { visited, t, evaluations } = search(curve, from, options);
  expect([visited, t, evaluations]).toEqual([expected, chosen, expected.length]);
});

test("stops after 26 evaluations, or the remaining number", () => {
  expect(search(falling, 1).evaluations).toBe(26);
  expect(search(risingAtOnce, 1, { maxLs: 4 })).toMatchObject({ t: 0, evaluations: 5 });
});

// Losses and derivatives in the order of the visits, whatever `t`, so that the search takes its rare branches: equal
// losses, steps near the ends, no cubic minimum. `visited` are PyTorch 2.13's visits, except in the last two rows; in
// the last, PyTorch visits NaN or divides by zero.
test.each<[string, losses: number[], derivatives: number[], visited: number[], maxLs: number, chosen: number]>([
  [
    "extends, then narrows among equal losses",
    [-0.5, -0.5, -0.5, 0.5, 0.5, 0.5, -0.5],
    [-1, -1, -0.5, -1, -1, -1, -1],
    [1, 5.505, 5.55005, 5.51678432260406, 5.50502292004988, 5.505002292004988, 5.505000000000876],
    25,
    1,
  ],
  [
    "narrows from the far side",
    [-0.5, -0.5, 0, -0.5],
    [1, 1, -1, -1],
    [1, 0.7675918792439982, 0.9508863851621654, 0.7859213298358149],
    3,
    1,
  ],
  ["extends by a hundredth at least", [-0.5, -0.5], [-1, -0.5], [5, 5.05], 1, 1],
  ["a decrease of 1e-4 of the predicted one is enough", [-5e-4], [-0.5], [1], 25, 0],
  ["no length", [-0.5, -1, -1.5], [-1, -1, -1], [0, 0, 0], 2, 2],
])("%s", (_, losses, derivatives, visited, maxLs, chosen) => {
  const found: number[] = [];
  const evaluate = (t: number) => {
    const i = found.push(t) - 1;
    return { loss: losses[i] as number, gradient: Float64Array.of(derivatives[i] as number) };
  };
  const origin = { loss: 0, gradient: Float64Array.of(-1), derivative: -1 };
  const { t, loss } = run(evaluate, Float64Array.of(1), origin, visited[0] as number, { maxLs });
  expect(found).toEqual(visited);
  expect([t, loss]).toEqual([visited[chosen], losses[chosen]]);
});
