import { describe, expect, test } from "vitest";
import { webgpu } from "../src/devices/webgpu.ts";
import { compile, type DeviceName, input, ops } from "../src/index.ts";
import { OnnxBuilder } from "../src/onnx/builder.ts";
import { convStep } from "./conv-step.ts";
import { allCases, checkCase, expectClose } from "./golden.ts";
import { SPATIAL_CASES } from "./layer-table.ts";
import { GOLDEN_OPS } from "./op-table.ts";

const CASES = [...GOLDEN_OPS, ...SPATIAL_CASES];

test("every layer of layers.json is tried", () => {
  const tried = new Set(CASES.map(([, golden]) => JSON.stringify(golden)));
  expect(allCases("layers.json").filter((golden) => !tried.has(JSON.stringify(golden)))).toEqual([]);
});

const lack = await webgpu.unavailable();
if (lack !== null) console.warn(`WebGPU is not tested in Node: ${lack}.`);

const DEVICES = [
  { device: "wasm", skipped: false, note: "" },
  { device: "webgpu", skipped: lack !== null, note: lack === null ? "" : ` (SKIPPED: ${lack})` },
] as const;

for (const { device, skipped, note } of DEVICES) {
  describe.skipIf(skipped)(`${device} in Node${note}`, () => {
    // Software devices compile shaders slowly.
    test.each(CASES)(
      "%s: values and gradients are PyTorch's, within 1e-4 of the largest",
      (_, golden, build) => checkCase(golden, build, { device }),
      30_000,
    );

    test("steps of a small network are the CPU's, and two runs may overlap", async () => {
      const [found, expected] = [await convStep({ device }), await convStep({ device: "cpu" })];
      expect(found.device).toBe(device);
      for (const part of ["values", "second"] as const) {
        for (const [name, numbers] of Object.entries(expected[part])) expectClose(name, found[part][name], numbers);
      }
    }, 30_000);

    test("outputs are written to the arrays that are given, parts of larger ones too", async () => {
      const x = input("x", [3]);
      const program = await compile({ y: ops.mul(x, 2), z: ops.neg(x) }, { device });
      const arena = new Float32Array(6);
      const into = arena.subarray(2, 5);
      const { y, z } = await program.run({ x: Float32Array.of(1, 2, 3) }, { y: into });
      expect(y).toBe(into);
      expect([...arena]).toEqual([0, 0, 2, 4, 6, 0]);
      expect([...z]).toEqual([-1, -2, -3]);
      await program.dispose();
    });

    test("the CPU's own layout is refused, and not taken by default", async () => {
      const y = ops.square(input("x", [3]));
      await expect(compile({ y }, { device, lowering: "blocked" })).rejects.toThrow(
        `compile: lowering = "blocked": the device '${device}' has no such: expected "portable"`,
      );
      const program = await compile({ y }, { device });
      expect(program.lowering).toBe("portable");
      expect(program.deviceReason).toBe(`${device}: it was asked for`);
      await program.dispose();
    });
  });
}

test.skipIf(lack !== null)(
  `webgpu: what it cannot run is an error, and never left to the CPU${lack === null ? "" : ` (SKIPPED: ${lack})`}`,
  async () => {
    const builder = new OnnxBuilder();
    const info = { name: "x", shape: [3], dtype: "float32" } as const;
    // Without the setting, this very model runs, on the CPU.
    const value = builder.node("Sign", [builder.input(info.name, info.shape, info.dtype)]);
    const y = { ...info, name: "y" };
    const options = { inputs: [info], outputs: [y], threads: 1, optimize: true };
    await expect(webgpu.compile(builder.encode([{ ...y, value }]), options)).rejects.toThrow(
      "compile: the device 'webgpu' cannot run all of this graph: take another device",
    );
  },
);

test.skipIf(lack === null)("webgpu: without an adapter it is refused, and the reason said", async () => {
  const y = ops.square(input("x", [3]));
  await expect(compile({ y }, { device: "webgpu" })).rejects.toThrow(
    `compile: the device 'webgpu' cannot be used here: ${lack}`,
  );
});

test("in Node the default is the CPU, and the program says why", async () => {
  const program = await compile({ y: ops.square(input("x", [3])) });
  expect(program.device).toBe("cpu");
  expect(program.deviceReason).toBe(
    "cpu: the best that works here; not webgpu: in Node it is taken where it is asked for; not wasm: it is slower",
  );
  await program.dispose();
});

test.each(["cuda", "toString"])("a device '%s' is unknown, and the known ones are listed", async (name) => {
  await expect(compile({ y: input("x", [3]) }, { device: name as DeviceName })).rejects.toThrow(
    `compile: unknown device '${name}': known are: cpu, webgpu, wasm`,
  );
});

test("wasm: more threads than the first program's are refused", async () => {
  const y = ops.square(input("x", [3]));
  const first = await compile({ y }, { device: "wasm" });
  await expect(compile({ y }, { device: "wasm", threads: 2 })).rejects.toThrow(
    "compile: threads = 2: the device 'wasm' was started with 1: expected at most as many",
  );
  await first.dispose();
});
