import { setFlagsFromString } from "node:v8";
import { afterEach, describe, expect, test, vi } from "vitest";
import { hasRelaxedSimd } from "../src/backends/wasm/backend.ts";
import { adam, type BindOptions, optimizers, Parameters } from "../src/index.ts";

afterEach(() => vi.unstubAllGlobals());

function descend(options: BindOptions, create = adam): Float32Array {
  const parameters = new Parameters({ weight: [5, 7], bias: [3] });
  parameters.setValue(
    "weight",
    Array.from({ length: 35 }, (_, i) => Math.sin(i)),
  );
  const updater = create({ lr: 0.01 }).bind(parameters, options);
  for (let step = 0; step < 10; step++) {
    for (const name of parameters.names) {
      parameters.setGradient(
        name,
        parameters.value(name).map((x, i) => 2 * x + Math.cos(i + step)),
      );
    }
    updater.step();
  }
  return parameters.values.slice();
}

test("without WebAssembly the interpreter computes the same numbers", () => {
  const expected = descend({ backend: "interpreter" });
  vi.stubGlobal("WebAssembly", undefined);
  const parameters = new Parameters({ x: [1] });
  expect(parameters.arena.memory).toBeNull();
  expect(adam().bind(parameters).backend).toBe("interpreter");
  expect(descend({})).toEqual(expected);
  expect(() => adam().bind(parameters, { backend: "wasm" })).toThrow("this engine has no WebAssembly SIMD");
});

test("without WebAssembly an arena grows as well", () => {
  vi.stubGlobal("WebAssembly", undefined);
  const parameters = new Parameters({ x: [3] });
  parameters.setValue("x", [1, 2, 3]);
  adam({ amsgrad: true }).bind(parameters);
  expect([...parameters.value("x")]).toEqual([1, 2, 3]);
});

describe("relaxed SIMD", () => {
  test("is not used if the engine does not support it", () => {
    if (hasRelaxedSimd()) return;
    expect(descend({ relaxedSimd: true })).toEqual(descend({}));
  });

  test("fuses products into sums, within rounding", () => {
    if (!hasRelaxedSimd()) setFlagsFromString("--experimental-wasm-relaxed-simd");
    expect(hasRelaxedSimd()).toBe(true);
    for (const create of [optimizers.adam, optimizers.lamb, optimizers.sgd]) {
      const plain = descend({}, create as typeof adam);
      const fused = descend({ relaxedSimd: true }, create as typeof adam);
      for (const [i, x] of fused.entries()) expect(x).toBeCloseTo(plain[i] as number, 6);
    }
    expect(descend({ relaxedSimd: true })).not.toEqual(descend({}));
  });
});
