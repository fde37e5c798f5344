import { expect, test } from "vitest";
import { adam, addHessianDiagonal, clipByGlobalNorm, Parameters, sophia } from "../src/index.ts";
import { noise } from "./run.ts";

const SHAPES = { weight: [3, 4], bias: [5] } as const;
type Name = keyof typeof SHAPES;
const NAMES = Object.keys(SHAPES) as Name[];
const SIZES = { weight: 12, bias: 5 } as const;
const estimateAt = (step: number) =>
  Object.fromEntries(NAMES.map((name) => [name, noise(SIZES[name], 50 + step).map((x) => 10 * x * x - 1)]));

test.each([
  ["interpreter", "float64", 12],
  ["wasm", "float32", 5],
] as const)("follows the algorithm of the paper, and resumes between estimates (%s)", (backend, dtype, digits) => {
  const [lr, beta1, beta2, gamma, decay] = [0.05, 0.9, 0.8, 0.5, 0.1];
  const optimizer = sophia({ lr, beta1, beta2, gamma, weightDecay: decay });
  const parameters = new Parameters(SHAPES, { dtype });
  for (const name of NAMES) parameters.setValue(name, noise(SIZES[name], 7));
  let updater = optimizer.bind(parameters, { backend });
  const state = Object.fromEntries(
    NAMES.map((name) => [
      name,
      { w: Array.from(noise(SIZES[name], 7)), m: new Float64Array(12), h: new Float64Array(12) },
    ]),
  );
  for (let step = 0; step < 9; step++) {
    const estimate = step % 3 === 0 ? estimateAt(step) : undefined;
    if (estimate) addHessianDiagonal(updater, estimate);
    if (step === 4) {
      const saved = updater.state();
      updater = optimizer.bind(parameters, { backend });
      updater.restore(saved);
    }
    for (const name of NAMES) {
      const g = noise(SIZES[name], 20 + step);
      parameters.setGradient(name, g);
      const { w, m, h } = state[name] as (typeof state)[string];
      for (let i = 0; i < w.length; i++) {
        if (estimate) h[i] = beta2 * (h[i] as number) + (1 - beta2) * (estimate[name]?.[i] as number);
        m[i] = beta1 * (m[i] as number) + (1 - beta1) * (g[i] as number);
        const ratio = (m[i] as number) / Math.max(gamma * (h[i] as number), 1e-12);
        w[i] = (w[i] as number) * (1 - lr * decay) - lr * Math.min(1, Math.max(-1, ratio));
      }
    }
    updater.step();
    for (const name of NAMES) {
      for (const [i, x] of Array.from(parameters.value(name)).entries()) {
        expect(x).toBeCloseTo(state[name]?.w[i] as number, digits);
      }
    }
  }
});

test.each([
  ["another optimizer", () => adam(), estimateAt(0), "'weight' has no state of sophia"],
  [
    "a missing estimate",
    () => sophia(),
    { weight: noise(12, 1), bia: noise(5, 1) },
    "no estimate of 'bias': did you mean 'bia'?",
  ],
  ["a wrong length", () => clipByGlobalNorm(sophia()), { weight: noise(3, 1) }, "3 numbers for 'weight': expected 12"],
])("%s is an error", (_, create, estimates, message) => {
  const updater = create().bind(new Parameters(SHAPES));
  expect(() => addHessianDiagonal(updater, estimates as never)).toThrow(message);
});
