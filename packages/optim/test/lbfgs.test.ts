import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LbfgsArguments, lbfgs } from "../src/optimizers/lbfgs/lbfgs.ts";
import { fusedMultiplyAdd } from "../src/optimizers/lbfgs/vector.ts";
import type { Dtype } from "../src/parameters/dtype.ts";
import { type Dimensions, Parameters } from "../src/parameters/parameters.ts";
import { NonFiniteGradientError } from "../src/updater/guard.ts";

/** Loss and gradient; `call` counts the evaluations. */
type Loss = (x: readonly number[], call: number) => [loss: number, gradient: number[]];

/** Computed in the order of PyTorch's autograd. */
const rosenbrock: Loss = (x) => {
  let loss = 0;
  const gradient = x.map(() => 0);
  for (let i = 0; i + 1 < x.length; i++) {
    const [xi, next] = x.slice(i) as [number, number];
    const a = next - xi * xi;
    const b = 1 - xi;
    loss += b * b + 100 * (a * a);
    gradient[i] = (gradient[i] as number) + (-2 * b - 200 * a * (2 * xi));
    gradient[i + 1] = 200 * a;
  }
  return [loss, gradient];
};

type OfElement = (i: number, call: number) => number;
const bowl = (curvature: OfElement, center: OfElement): Loss => {
  return (x, call) => {
    const pulls = x.map((xi, i) => ({ c: curvature(i, call), e: xi - center(i, call) }));
    return [pulls.reduce((sum, { c, e }) => sum + 0.5 * c * (e * e), 0), pulls.map(({ c, e }) => c * e)];
  };
};
const quadratic = bowl(
  (i) => 1 + i * i * 0.5,
  (i) => 0.1 * i,
);
/** A loss that changes between evaluations as on mini-batches, so that some moves show negative curvature. */
const changing = bowl(
  (i, call) => 1 + ((i * 7 + call * 5) % 11) * 0.3,
  (i, call) => ((call * 3 + i) % 5) * 0.05,
);

const start = [-1.2, 1, -0.5, 0.8, 1.3];
const strong = { lineSearchFn: "strong_wolfe" } as const;
const bothSearches: [string, LbfgsArguments][] = [
  ["strong Wolfe", { ...strong, maxIter: 4, historySize: 5 }],
  ["no line search", { lr: (step) => 1e-3 / (1 + step), maxIter: 4, historySize: 5 }],
];

/** Returns parameters at `from`, split into tensors `x0`, `x1`, ... of the given shapes, and the closure of a step. */
function problem(of: Loss, from = start, shapes: readonly Dimensions[] = [[from.length]], dtype: Dtype = "float64") {
  const parameters = new Parameters(
    shapes.map((shape, i) => [`x${i}`, shape] as const),
    { dtype },
  );
  const values = () => parameters.names.flatMap((name) => [...parameters.value(name)]);
  const scatter = (kind: "setValue" | "setGradient", numbers: readonly number[]) => {
    const rest = [...numbers];
    for (const name of parameters.names) parameters[kind](name, rest.splice(0, parameters.size(name)));
  };
  scatter("setValue", from);
  let calls = 0;
  const closure = () => {
    const [loss, gradient] = of(values(), calls++);
    scatter("setGradient", gradient);
    return loss;
  };
  return { parameters, closure, values };
}

/** Returns a problem of two tensors, and an updater that has taken some steps. */
function underway(given: LbfgsArguments, steps: number, dimensions: Dimensions = [3]) {
  const of = problem(rosenbrock, start, [[2], dimensions]);
  const updater = lbfgs(given).bind(of.parameters);
  for (let step = 0; step < steps; step++) updater.step(of.closure);
  return { ...of, updater };
}

function expectClose(found: readonly number[], expected: readonly number[], relative: number): void {
  const errors = expected.map((value, i) => Math.abs((found[i] as number) - value) / Math.abs(value));
  expect(Math.max(...errors), `${found}, expected ${expected}`).toBeLessThanOrEqual(relative);
}

test("has the interface of the other optimizers", () => {
  const hyperparameters = { lr: 1, maxEval: null, lineSearchFn: null, maximize: false };
  expect({ ...lbfgs }).toMatchObject({ name: "lbfgs", title: "L-BFGS", hyperparameters });
  expect(lbfgs.paper).toMatch(/^https:/);
  expect(lbfgs().name).toBe("lbfgs");
});

describe("the numbers of PyTorch 2.13", () => {
  const { cases } = JSON.parse(readFileSync(new URL("fixtures/lbfgs.json", import.meta.url), "utf8"));

  test.each([
    { fixture: cases[0], given: { ...strong, maxIter: 5 } },
    { fixture: cases[1], given: { lr: 0.001, maxIter: 4 } },
  ])("Rosenbrock, $given, bit for bit", ({ fixture, given }) => {
    const { parameters, closure, values } = problem(rosenbrock, fixture.start);
    const updater = lbfgs(given).bind(parameters);
    for (const expected of fixture.afterOuterStep) {
      updater.step(closure);
      expect(values()).toEqual(expected);
    }
  });

  // After three steps: n_iter, func_evals and the history's length; the third loss, and the parameters. Made in Python
  // with these losses, torch 2.13.0+cpu, float64, ATEN_CPU_CAPABILITY=default. That does not fuse multiplications into
  // additions, and its dot products add five numbers in another order: so not bit for bit.
  // biome-ignore format: a case would take ten lines
  test.each<[string, Loss, LbfgsArguments, counts: number[], numbers: number[]]>([
    ["strong Wolfe", rosenbrock, { ...strong, maxIter: 6 }, [14, 21, 13], [
      4.039914985213664, 0.253587662460695, 0.04260140410172668, 0.028916152090387757, 0.011459666651547995,
      -0.011335264023732068]],
    ["strong Wolfe, a full history", quadratic, { ...strong, maxIter: 5, historySize: 2 }, [13, 19, 2], [
      5.8827627533158085e-5, 0.00013576527315886048, 0.0997192402757063, 0.20030567465386087,
      0.3000374282292013, 0.4000894736128693]],
    ["strong Wolfe, few evaluations left for the search", rosenbrock, { ...strong, lr: 50, maxEval: 4 }, [3, 15, 2], [
      202.58875701601931, 0.5924299398432209, -0.0794901429490299, 0.622080710514855, -0.4763571697079856,
      1.0512514216167004]],
    ["a small rate", rosenbrock, { lr: 0.001, maxIter: 8 }, [24, 24, 23], [
      318.6792294002824, -1.1889847363947375, 0.9881093046131022, -0.479674769104265, 0.7825124189457382,
      1.264769368325368]],
    ["no progress left", quadratic, {}, [14, 14, 11], [
      3.665250309702477e-10, 8.396103911554199e-6, 0.10000959187195893, 0.1999914725798065,
      0.30000694097100367, 0.39999785459476866]],
    ["few evaluations", quadratic, { maxEval: 3 }, [6, 9, 5], [
      0.06520102400850117, -0.05319295029898561, 0.0500538977758138, 0.2120985399075154, 0.2882475954478957,
      0.4028811018040949]],
    ["a gradient that is small enough", quadratic, { ...strong, toleranceGrad: 0.01 }, [9, 12, 8], [
      7.578732407785391e-6, -0.0015030789065539531, 0.10134693486859421, 0.20085140635220852,
      0.3008822826393613, 0.4006429848252657]],
    ["a change that is too small", quadratic, { toleranceChange: 0.01 }, [9, 9, 6], [
      0.003922447477442337, -0.05319295029898561, 0.0500538977758138, 0.2120985399075154, 0.2882475954478957,
      0.4028811018040949]],
    ["another loss each time", changing, { lr: 0.3, maxIter: 6 }, [18, 18, 15], [
      0.06148249912507542, 0.0704317636425241, 0.1555252538068725, 0.21207291493736571, 0.03140912753043388,
      0.05297278764905337]],
    ["another loss each time, strong Wolfe", changing, { ...strong, maxIter: 6 }, [9, 23, 6], [
      0.06781114726035749, 0.016511124809267332, 0.028768032507143868, 0.0834160549866118,
      0.18021588909987316, 0.09769089376896853]],
  ])("%s", (_, of, given, counts, numbers) => {
    const { parameters, closure, values } = problem(of, start, [[2], [3]]);
    const updater = lbfgs(given).bind(parameters);
    const losses = [0, 1, 2].map(() => updater.step(closure));
    const { iterations, evaluations, history } = updater.state().scalars;
    expect([iterations, evaluations, history]).toEqual(counts);
    expectClose([losses[2] as number, ...values()], numbers, 1e-12);
  });

  test("a product and a sum are rounded once", () => {
    const whole = fc.maxSafeInteger();
    const shift = fc.integer({ min: 0, max: 60 });
    fc.assert(
      fc.property(whole, whole, whole, shift, (a, b, c, shift) => {
        const exact = BigInt(a) * BigInt(b) + (BigInt(c) << BigInt(shift));
        // BigInt has no -0.
        expect(fusedMultiplyAdd(a, b, c * 2 ** shift) + 0).toBe(Number(exact));
      }),
      { seed: 1, numRuns: 2000 },
    );
    expect(fusedMultiplyAdd(1 + 2 ** -30, 1 + 2 ** -30, -1 - 2 ** -29)).toBe(2 ** -60);
    // Without fusing, as where the errors overflow.
    expect(fusedMultiplyAdd(-1, 1e308, 1.5e308)).toBe(5e307);
    expect(fusedMultiplyAdd(1.3e154, 1.38e154, 0)).toBe(1.3e154 * 1.38e154);
    expect(fusedMultiplyAdd(1e308, 1, 1e308)).toBe(Infinity);
  });
});

describe("steps", () => {
  test("find Rosenbrock's minimum, and return the loss from before", () => {
    const { parameters, closure, values } = problem(rosenbrock, [-1.5, 2]);
    const updater = lbfgs(strong).bind(parameters);
    expect(updater.step(closure)).toBe(rosenbrock([-1.5, 2], 0)[0]);
    for (let step = 1; step < 4; step++) updater.step(closure);
    expect(updater.step(closure)).toBeLessThan(1e-9);
    expectClose(values(), [1, 1], 1e-4);
    expect(updater.steps).toBe(5);
  });

  test.each(bothSearches)("descend in float32 as in float64: %s", (_, given) => {
    const single = problem(rosenbrock, start, [[2], [3]], "float32");
    const double = problem(rosenbrock, single.values(), [[2], [3]]);
    for (const { parameters, closure } of [single, double]) {
      const updater = lbfgs(given).bind(parameters);
      for (let step = 0; step < 3; step++) updater.step(closure);
    }
    expect(single.parameters.values).toBeInstanceOf(Float32Array);
    expectClose(single.values(), double.values(), 1e-3);
  });

  test.each(bothSearches)("climb as they descend on the negative: %s", (_, given) => {
    const down = problem(rosenbrock);
    const up = problem((x) => {
      const [loss, gradient] = rosenbrock(x, 0);
      return [-loss, gradient.map((g) => -g)];
    });
    const descent = lbfgs(given).bind(down.parameters);
    const ascent = lbfgs({ ...given, maximize: true }).bind(up.parameters);
    for (let step = 0; step < 3; step++) {
      expect(ascent.step(up.closure)).toBe(-descent.step(down.closure));
      expect(up.values()).toEqual(down.values());
    }
  });

  test("do not depend on how the parameters are split, and leave the padding zero", () => {
    const [whole, split] = [problem(rosenbrock), problem(rosenbrock, start, [[1], [3, 1], []])];
    for (const { parameters, closure } of [whole, split]) lbfgs(strong).bind(parameters).step(closure);
    expect(split.values()).toEqual(whole.values());
    expect([...split.parameters.values].filter((value) => value !== 0)).toHaveLength(5);
  });

  test("take numbers from functions of the step", () => {
    const { parameters, closure } = problem(quadratic);
    const updater = lbfgs({ lr: (step) => 1 / (2 + step), maxIter: (step) => 4 - step }).bind(parameters);
    const seen = [updater.hyperparameters];
    for (let step = 0; step < 3; step++) {
      updater.step(closure);
      seen.push(updater.hyperparameters);
      expect(updater.state().scalars.t).toBe(1 / (2 + step));
    }
    const expected = (lr: number, maxIter: number, maxEval: number) => ({ lr, maxIter, maxEval });
    const first = expected(1 / 2, 4, 5);
    expect(seen).toMatchObject([first, first, expected(1 / 3, 3, 3), expected(1 / 4, 2, 2)]);
  });

  test.each([
    ["a gradient of sum 4: as far as the rate", 4, 3.5],
    ["a gradient of sum 1/4: the gradient, scaled", 0.25, 0.125],
  ])("first move by %s", (_, from, to) => {
    const { parameters, closure, values } = problem(([x = 0]) => [x ** 2 / 2, [x]], [from]);
    lbfgs({ lr: 0.5, maxIter: 1 }).bind(parameters).step(closure);
    expect(values()).toEqual([to]);
  });

  test.each<[string, Loss, number]>([
    ["weight", ([x = 0]) => [1e6 * x, [1e6]], 1e-12],
    ["loss, from one side of a valley to the other", ([x = 0]) => [(x - 1) ** 2, [2 * (x - 1)]], 2],
  ])("end when too little changes: the %s", (_, of, lr) => {
    const { parameters, closure } = problem(of, [0]);
    const updater = lbfgs({ lr }).bind(parameters);
    updater.step(closure);
    expect(updater.state().scalars).toMatchObject({ iterations: 1, evaluations: 2 });
  });

  test.each(bothSearches)("of rate 0 do not move: %s", (_, given) => {
    const { parameters, closure, values } = problem(changing);
    const updater = lbfgs({ ...given, lr: 0 }).bind(parameters);
    for (let step = 0; step < 3; step++) updater.step(closure);
    expect(values()).toEqual(start);
  });
});

describe("frozen tensors", () => {
  test("keep their values and have no state; the others descend as if alone", () => {
    const alone = problem(rosenbrock, [0.5, -1]);
    const among: Loss = (x, call) => {
      const [loss, gradient] = rosenbrock(x.slice(2, 4), call);
      return [loss, [7, Number.NaN, ...gradient, 7]];
    };
    const { parameters, closure, values } = problem(among, [1, 2, 0.5, -1, 3], [[2], [2], [1]]);
    const groups = [{ match: "x1" }, { match: /^x/g, frozen: true }];
    const updater = lbfgs(strong, { groups }).bind(parameters);
    const reference = lbfgs(strong).bind(alone.parameters);
    for (let step = 0; step < 2; step++) expect(updater.step(closure)).toBe(reference.step(alone.closure));
    expect(values()).toEqual([1, 2, ...alone.values(), 3]);
    expect(updater.state().tensors).toEqual({ x1: reference.state().tensors.x0 });
    expect(() => lbfgs().bind(parameters).restore(updater.state())).toThrow("it has no state of tensor 'x0'");
  });

  test.each([
    { match: ["x0", "x2"], moved: [0, 1, 0] },
    { match: (name: string) => name > "x0", moved: [1, 0, 0] },
  ])("are matched as by other optimizers: $match", ({ match, moved }) => {
    const { parameters, closure, values } = problem(quadratic, [1, 1, 1], [[1], [1], [1]]);
    lbfgs({}, { groups: [{ match, frozen: true }] })
      .bind(parameters)
      .step(closure);
    expect(values().map((value) => Number(value !== 1))).toEqual(moved);
  });
});

describe("state", () => {
  test.each(bothSearches)("continues bit for bit when restored: %s", (_, given) => {
    const { updater, closure, values } = underway(given, 3, [3, 1]);
    const saved = structuredClone(updater.state());
    const second = problem(rosenbrock, values(), [[2], [3, 1]]);
    const resumed = lbfgs(given).bind(second.parameters);
    resumed.restore(saved);
    expect(resumed.state()).toEqual(saved);
    expect(resumed.steps).toBe(3);
    expect(resumed.hyperparameters).toEqual(updater.hyperparameters);
    for (let step = 0; step < 3; step++) {
      expect(resumed.step(second.closure)).toBe(updater.step(closure));
      expect(second.values()).toEqual(values());
      expect(resumed.state()).toEqual(updater.state());
    }
  });

  test("is by tensor name, and a copy", () => {
    const { updater, closure } = underway({ ...strong, maxIter: 3, maxEval: 20 }, 0, [3, 1]);
    expect(updater.state()).toEqual({
      optimizer: "lbfgs",
      step: 0,
      scalars: { iterations: 0, evaluations: 0, history: 0 },
      tensors: { x0: { shape: [2], values: {} }, x1: { shape: [3, 1], values: {} } },
    });
    updater.step(closure);
    const { tensors, scalars, step } = updater.state();
    const part = expect.objectContaining({ length: 3 });
    const values = { direction: part, previousGradient: part, y0: part, s0: part, y1: part, s1: part };
    expect(tensors.x1).toEqual({ shape: [3, 1], values });
    expect([step, scalars.iterations, scalars.history, scalars.rho1]).toEqual([1, 3, 2, expect.any(Number)]);
    for (const value of Object.values(tensors.x0?.values ?? {})) (value as Float64Array).fill(7);
    expect(updater.state().tensors.x0?.values.direction).not.toContain(7);
  });

  test("with a longer history uses the newest moves", () => {
    const { updater, parameters, closure } = underway({ ...strong, maxIter: 6 }, 1);
    const { tensors, scalars } = updater.state();
    expect(scalars.history).toBe(5);
    const short = lbfgs({ ...strong, historySize: 2, maxIter: 1 }).bind(parameters);
    short.restore(updater.state());
    short.step(closure);
    expect(short.state().scalars).toMatchObject({ history: 2, rho0: scalars.rho4 });
    expect(short.state().tensors.x0?.values.s0).toEqual(tensors.x0?.values.s4);
  });

  // biome-ignore lint/suspicious/noExplicitAny: what plain JavaScript can get wrong
  type Wrong = any;
  test.each<[spoil: (saved: Wrong) => unknown, message: string]>([
    [(s) => (s.optimizer = "adam"), "it was saved by 'adam', and this is 'lbfgs'"],
    [(s) => (s.step = -1), "its step is -1, not a count"],
    [(s) => (s.scalars = undefined), "its iterations is undefined, not a count"],
    [(s) => delete s.scalars.rho1, "its rho1 is undefined, not a finite number"],
    [(s) => (s.scalars.t = NaN), "its t is NaN, not a finite number"],
    [(s) => delete s.tensors.x1, "it has no state of tensor 'x1'"],
    [(s) => (s.tensors.z = s.tensors.x0), "it has state of tensor 'z', which is not updated here"],
    [(s) => (s.tensors.x1.shape = [1, 3]), "tensor 'x1' had shape [1,3] when it was saved, and has [3] here"],
    [(s) => delete s.tensors.x1.values.s1, "tensor 'x1' was saved without its 's1'"],
    [(s) => (s.tensors.x1.values.s0 = []), "'s0' of tensor 'x1' was saved as 0 numbers, and is 3 numbers"],
    [(s) => (s.tensors.x1.values.y0 = 2), "'y0' of tensor 'x1' was saved as one number, and is 3 numbers"],
    [(s) => (s.tensors.x1.values.y9 = [1, 2, 3]), "tensor 'x1' was saved with 'y9', which is not kept here"],
  ])("that does not fit is refused, and nothing changes: %o", (spoil, message) => {
    const { updater, closure, values } = underway({ ...strong, maxIter: 3, maxEval: 20 }, 1);
    const saved = structuredClone(updater.state());
    updater.step(closure);
    const before = { state: updater.state(), values: values() };
    spoil(saved);
    expect(() => updater.restore(saved)).toThrow(`the saved state does not fit: ${message}`);
    expect({ state: updater.state(), values: values() }).toEqual(before);
  });
});

describe("errors", () => {
  test.each<[given: object, message: string]>([
    [{ maxiter: 3 }, "unknown hyperparameter 'maxiter': did you mean 'maxIter'?"],
    [{ lr: -1 }, "lr = -1: expected a number in [0, inf)"],
    [{ lr: null }, "lr = null: expected a number, schedule or function of the step"],
    [{ maxIter: 0 }, "maxIter = 0: expected a number in [1, inf) whole"],
    [{ maxEval: 2.5 }, "maxEval = 2.5: expected a number in [1, inf) whole, or null"],
    [{ maxEval: "3" }, 'maxEval = "3": expected a number, schedule or function of the step, or null'],
    [{ toleranceGrad: -1e-9 }, "toleranceGrad = -1e-9: expected a number in [0, inf)"],
    [{ toleranceChange: Infinity }, "toleranceChange = Infinity: expected a number in [0, inf)"],
    [{ historySize: 0 }, "historySize = 0: expected a number in [1, inf) whole"],
    [{ lineSearchFn: "wolfe" }, 'lineSearchFn = "wolfe": expected one of "strong_wolfe", or null'],
    [{ maximize: 1 }, "maximize = 1: expected true or false"],
  ])("of hyperparameters: %o", (given, message) => {
    expect(() => lbfgs(given)).toThrow(`lbfgs: ${message}`);
  });

  test("name a wrong group", () => {
    const { parameters } = problem(quadratic);
    const wrong = [{ match: /0/, frozen: true, lr: 1 }];
    expect(() => lbfgs({}, { groups: wrong })).toThrow(
      "lbfgs, group /0/: 'lr': L-BFGS has one set of hyperparameters for all tensors",
    );
    expect(() => lbfgs({}, { groups: [{ match: "y", frozen: true }] }).bind(parameters)).toThrow(
      'lbfgs: no tensor is left for the group "y": the tensors are x0',
    );
  });

  test("name the step at which a function leaves its range", () => {
    const { updater, closure } = underway({ lr: (step) => 1 - step }, 2);
    expect(() => updater.step(closure)).toThrow("lbfgs: lr = -1 at step 2: expected a number in [0, inf)");
  });

  test.each<[string, unknown, string]>([
    ["no closure", undefined, "lbfgs evaluates the loss several times a step: call step(() => {"],
    ["no result", () => {}, "lbfgs: the closure must return the loss, a number; it returned undefined"],
  ])("of a step: %s", (_, closure, message) => {
    const updater = lbfgs().bind(problem(quadratic).parameters);
    expect(() => updater.step(closure as () => number)).toThrow(message);
    expect(updater.steps).toBe(0);
  });

  const spoilt = (name: string, value: number) => (parameters: Parameters<Dtype>) => {
    parameters.gradient(name)[1] = value;
    return value;
  };
  const failures: [string, (p: Parameters<Dtype>) => number, string][] = [
    ["loss", () => Number.NaN, "lbfgs: the loss is NaN, in step"],
    ["loss and gradient", spoilt("x0", Infinity), "the gradient of 'x0' is Infinity at index 1, in step"],
    ["closure", (parameters) => parameters.size("x9"), "no tensor is named 'x9'"],
  ];
  test.each(
    failures.flatMap(([what, ...failure]) =>
      bothSearches.map(([search, given]) => [what, search, given, ...failure] as const),
    ),
  )("of a step leave no trace, at whichever evaluation: %s, %s", (_, _search, given, fail, message) => {
    const reference = underway(given, 0);
    const { updater, parameters, closure, values } = underway(given, 0);
    for (let step = 0; step < 3; step++) {
      for (let good = 0; good < 4; good++) {
        let calls = 0;
        const failing = () => {
          const loss = closure();
          return calls++ < good ? loss : fail(parameters);
        };
        expect(() => updater.step(failing)).toThrow(message);
        expect(values()).toEqual(reference.values());
        expect(updater.state()).toEqual(reference.updater.state());
      }
      updater.step(closure);
      reference.updater.step(reference.closure);
      expect(values()).toEqual(reference.values());
    }
  });

  test("a gradient that is not finite throws the error of the other optimizers, with the state of the weights", () => {
    const { updater, parameters } = underway({}, 2);
    expect(() => updater.step(() => spoilt("x1", -Infinity)(parameters))).toThrow(NonFiniteGradientError);
    expect(() => updater.step(() => spoilt("x1", -Infinity)(parameters))).toThrow(
      /'x1' is -Infinity at index 1, in step 2: .* All weights are as before the step$/,
    );
  });

  test("a weight that overflows in the last move is named and restored", () => {
    const { parameters, closure, values } = problem(quadratic, [3], [[1]], "float32");
    const updater = lbfgs({ lr: 1e39, maxIter: 1 }).bind(parameters);
    expect(() => updater.step(closure)).toThrow("lbfgs: the value of 'x0' is -Infinity at index 0, in step 0");
    expect(values()).toEqual([3]);
  });
});

test.each(bothSearches)(
  "an asynchronous closure gives the same bits, and other calls throw until it settles: %s",
  async (_, given) => {
    const make = () => {
      const { parameters, closure, values } = problem(rosenbrock);
      return { updater: lbfgs(given).bind(parameters), closure, values };
    };
    const [sync, async] = [make(), make()];
    const later = async (): Promise<number> => {
      await Promise.resolve();
      return async.closure();
    };
    for (let i = 0; i < 3; i++) {
      const expected = sync.updater.step(sync.closure);
      const step = async.updater.step(later);
      expect(() => async.updater.state()).toThrow("lbfgs: an asynchronous step is running. Await it first.");
      expect(() => async.updater.step(sync.closure)).toThrow("lbfgs: an asynchronous step is running.");
      expect(await step).toBe(expected);
      expect(async.values()).toEqual(sync.values());
    }
    expect(async.updater.state()).toEqual(sync.updater.state());
    let calls = 0;
    const failing = async (): Promise<number> => (calls++ < 2 ? async.closure() : Number.NaN);
    await expect(async.updater.step(failing)).rejects.toThrow("lbfgs: the loss is NaN, in step 3");
    expect(async.values()).toEqual(sync.values());
    expect(await async.updater.step(later)).toBe(sync.updater.step(sync.closure));
  },
);
