import { describe, expect, test } from "vitest";
import { adam, type BindOptions, clipByGlobalNorm, NonFiniteGradientError, Parameters } from "../src/index.ts";

const BACKENDS: readonly NonNullable<BindOptions["backend"]>[] = ["interpreter", "wasm"];

function filled(shapes: Record<string, number[]>): Parameters {
  const parameters = new Parameters(shapes);
  for (const name of parameters.names) {
    parameters.setValue(
      name,
      Array.from(parameters.value(name), (_, i) => Math.sin(i + name.length)),
    );
    parameters.setGradient(
      name,
      Array.from(parameters.value(name), (_, i) => Math.cos(3 * i + name.length)),
    );
  }
  return parameters;
}

describe("parameters", () => {
  test("values and gradients are views of one memory, each contiguous over all tensors", () => {
    const parameters = new Parameters({ weight: [2, 3], bias: [5] });
    parameters.value("bias").fill(7);
    parameters.gradient("weight").fill(2);
    expect(parameters.length).toBe(8 + 8);
    expect([...parameters.values]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 7, 7, 7, 7, 7, 0, 0, 0]);
    expect([...parameters.gradients.subarray(0, 8)]).toEqual([2, 2, 2, 2, 2, 2, 0, 0]);
    expect(parameters.values.buffer).toBe(parameters.gradients.buffer);
    expect(parameters.arena.memory).toBeInstanceOf(WebAssembly.Memory);
    expect(parameters.values.buffer).not.toBeInstanceOf(SharedArrayBuffer);
  });

  test("views stay valid when an updater allocates its state", () => {
    const parameters = filled({ weight: [1000, 100] });
    const view = parameters.value("weight");
    adam({ amsgrad: true }).bind(parameters).step();
    expect(view.length).toBe(100_000);
    expect(view[5]).toBe(parameters.value("weight")[5]);
  });

  test("beyond the reserve, memory grows and keeps its contents", () => {
    const shapes = { weight: [100_000], bias: [3] };
    const [small, roomy] = [new Parameters(shapes, { reserve: 0 }), new Parameters(shapes)];
    const results = [small, roomy].map((parameters) => {
      // The reserve includes a megabyte for small allocations, so the states alone must exceed it.
      const updaters = Array.from({ length: 4 }, () => adam({ amsgrad: true }).bind(parameters));
      parameters.value("weight").fill(1);
      parameters.gradient("weight").fill(0.5);
      for (const updater of updaters) updater.step();
      return parameters.value("weight").slice();
    });
    expect(small.arena.buffer.byteLength).toBeGreaterThan(2 * 4 * 100_000 + 2 ** 20);
    expect(results[0]).toEqual(results[1]);
  });

  test("shapes may be pairs, and one number is a tensor", () => {
    const parameters = new Parameters([["scale", []]]);
    expect(parameters.value("scale").length).toBe(1);
    expect(parameters.shape("scale")).toEqual([]);
  });
});

describe("groups", () => {
  const shapes = { "conv.weight": [4, 3], "conv.bias": [4], "norm.weight": [4] };

  test("a tensor belongs to the first match; a schedule of one group does not affect the others", () => {
    const updater = adam(
      { lr: (step) => 0.1 / (step + 1), weightDecay: 0.01 },
      {
        groups: [
          { match: /bias/, weightDecay: 0 },
          { match: ["norm.weight", "conv.bias"], lr: 0.5 },
        ],
      },
    ).bind(filled(shapes));
    updater.step();
    updater.step();
    expect(updater.groups.map(({ names }) => names)).toEqual([["conv.bias"], ["norm.weight"], ["conv.weight"]]);
    expect(updater.groups.map(({ hyperparameters: { lr, weightDecay } }) => [lr, weightDecay])).toEqual([
      [0.05, 0],
      [0.5, 0.01],
      [0.05, 0.01],
    ]);
    expect(updater.hyperparameters).toMatchObject({ lr: 0.05, weightDecay: 0.01, beta1: 0.9 });
  });

  test("each group's tensors move as if alone with its hyperparameters", () => {
    const grouped = filled(shapes);
    const alone = filled(shapes);
    const together = adam(
      { lr: 0.1 },
      { groups: [{ match: (name) => name.startsWith("norm"), lr: 0.01, amsgrad: true }] },
    ).bind(grouped);
    const one = adam({ lr: 0.01, amsgrad: true }).bind(alone);
    for (let step = 0; step < 3; step++) {
      together.step();
      one.step();
    }
    expect(grouped.value("norm.weight")).toEqual(alone.value("norm.weight"));
    expect(grouped.value("conv.weight")).not.toEqual(alone.value("conv.weight"));
  });

  test("frozen tensors keep their values, have no state, and do not count in global norms", () => {
    const parameters = filled(shapes);
    const before = parameters.value("conv.weight").slice();
    parameters.gradient("conv.weight").fill(1e6);
    const optimizer = adam({ lr: 0.1 }, { groups: [{ match: /conv/, frozen: true }] });
    const updater = clipByGlobalNorm(optimizer, { maxNorm: 1e3 }).bind(parameters);
    updater.step();
    expect(parameters.value("conv.weight")).toEqual(before);
    expect(Object.keys(updater.state().tensors)).toEqual(["norm.weight"]);
    const free = filled(shapes);
    adam({ lr: 0.1 }).bind(free).step();
    expect(parameters.value("norm.weight")).toEqual(free.value("norm.weight"));
  });
});

describe("state", () => {
  test("is plain, survives a structured clone, and is a copy", () => {
    const parameters = filled({ weight: [2, 3] });
    const updater = adam({ amsgrad: true }).bind(parameters);
    updater.step();
    const saved = updater.state();
    const m = saved.tensors.weight?.values.m as Float32Array;
    const kept = m.slice();
    updater.step();
    expect(m).toEqual(kept);
    expect(structuredClone(saved)).toEqual(saved);
    expect(saved).toMatchObject({ optimizer: "adam", step: 1, tensors: { weight: { shape: [2, 3] } } });
    expect(Object.keys(saved.tensors.weight?.values ?? {})).toEqual(["m", "v", "vMax"]);
  });

  test("lists tensors in their own order, whatever groups they are in", () => {
    const updater = adam({}, { groups: [{ match: /bias/, lr: 0.1 }] }).bind(
      filled({ weight: [2], bias: [2], scale: [1] }),
    );
    expect(Object.keys(updater.state().tensors)).toEqual(["weight", "bias", "scale"]);
  });

  test("contains only the states that the hyperparameters require", () => {
    const keys = (settings: Readonly<Record<string, number | boolean>>): string[] =>
      Object.keys(
        adam(settings)
          .bind(filled({ x: [3] }))
          .state().tensors.x?.values ?? {},
      );
    expect(keys({})).toEqual(["m", "v"]);
    expect(keys({ amsgrad: true })).toEqual(["m", "v", "vMax"]);
    expect(keys({ beta1: 0 })).toEqual(["v"]);
  });

  const MISFITS: readonly [string, () => ReturnType<ReturnType<typeof adam>["bind"]>, string][] = [
    [
      "another shape",
      () => adam().bind(filled({ weight: [3, 2], bias: [3] })),
      "tensor 'weight' had shape [3,2] when it was saved, and has [2,3] here",
    ],
    ["a missing tensor", () => adam().bind(filled({ weight: [2, 3] })), "it has no state of tensor 'bias'"],
    [
      "a tensor too many",
      () => adam().bind(filled({ weight: [2, 3], bias: [3], extra: [1] })),
      "it has state of tensor 'extra', which is not updated here",
    ],
    [
      "a missing state",
      () => adam({ beta1: 0 }).bind(filled({ weight: [2, 3], bias: [3] })),
      "tensor 'weight' was saved without its 'm'",
    ],
    [
      "a state too many",
      () => adam({ amsgrad: true }).bind(filled({ weight: [2, 3], bias: [3] })),
      "tensor 'weight' was saved with 'vMax', which these settings do not keep",
    ],
    [
      "another optimizer",
      () => clipByGlobalNorm(adam()).bind(filled({ weight: [2, 3], bias: [3] })),
      "it was saved by 'clipByGlobalNorm(adam)', and this is 'adam'",
    ],
  ];
  test.each(MISFITS)("of %s is rejected, and nothing changes", (_, other, message) => {
    const updater = adam().bind(filled({ weight: [2, 3], bias: [3] }));
    updater.step();
    const before = updater.state();
    const misfit = other();
    misfit.step();
    misfit.step();
    expect(() => updater.restore(misfit.state())).toThrow(`the saved state does not fit: ${message}`);
    expect(updater.state()).toEqual(before);
  });
});

describe.each(BACKENDS)("a gradient that is not finite, on %s", (backend) => {
  const bad = (value: number, guard?: "throw" | "skip" | "allow") => {
    const parameters = filled({ first: [40], second: [10, 10] });
    const updater = adam({ lr: 0.1 }).bind(parameters, { backend, ...(guard ? { guard } : {}) });
    updater.step();
    const before = parameters.values.slice();
    const state = updater.state();
    parameters.gradient("second")[37] = value;
    return { parameters, updater, before, state };
  };

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])("throws by default: %d", (value) => {
    const { parameters, updater, before } = bad(value);
    let error: unknown;
    try {
      updater.step();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(NonFiniteGradientError);
    expect(error).toMatchObject({ tensor: "second", index: 37, step: 1, value });
    expect((error as Error).message).toContain(`the gradient of 'second' is ${value} at index 37, in step 1`);
    expect(updater.steps).toBe(1);
    expect(parameters.values.every(Number.isFinite)).toBe(true);
    expect(parameters.value("second").subarray(37)).toEqual(before.subarray(40 + 37, 140));
  });

  test("skips and counts the whole step with guard skip", () => {
    const { parameters, updater, before, state } = bad(Number.NaN, "skip");
    updater.step();
    expect([updater.skipped, updater.steps]).toEqual([1, 1]);
    expect(parameters.values).toEqual(before);
    expect(updater.state()).toEqual(state);
    parameters.gradient("second")[37] = 1;
    updater.step();
    expect([updater.skipped, updater.steps]).toEqual([1, 2]);
    expect(parameters.values).not.toEqual(before);
  });

  test("is not checked with guard allow", () => {
    const { parameters, updater } = bad(Number.NaN, "allow");
    updater.step();
    expect(parameters.value("second")[37]).toBeNaN();
    expect(parameters.value("second")[36]).not.toBeNaN();
  });

  test("under global clipping it throws before any update", () => {
    const parameters = filled({ first: [40], second: [10, 10] });
    const before = parameters.values.slice();
    parameters.gradient("second")[99] = Number.NaN;
    const updater = clipByGlobalNorm(adam()).bind(parameters, { backend });
    expect(() => updater.step()).toThrow("the gradient of 'second' is NaN at index 99, in step 0");
    expect(parameters.values).toEqual(before);
  });
});
