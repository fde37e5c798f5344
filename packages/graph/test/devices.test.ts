import { describe, expect, test } from "vitest";
import { webgpu } from "../src/devices/webgpu.ts";
import { compile, type DeviceName, input, ops } from "../src/index.ts";
import { OnnxBuilder } from "../src/onnx/builder.ts";
import { convStep } from "./conv-step.ts";
import { allCases, checkCase, expectClose } from "./golden.ts";
import { SPATIAL_CASES } from "./layer-table.ts";
import { GOLDEN_OPS } from "./op-table.ts";

const CASES = [...GOLDEN_OPS, ...SPATIAL_CASES];

test("every layer of layers.json is tested", () => {
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
      "%s: values and gradients equal PyTorch's, within 1e-4 of the largest",
      (_, golden, build) => checkCase(golden, build, { device }),
      30_000,
    );

    test("steps of a small network equal the CPU's, and two runs may overlap", async () => {
      const [found, expected] = [await convStep({ device }), await convStep({ device: "cpu" })];
      expect(found.device).toBe(device);
      for (const part of ["values", "second"] as const) {
        for (const [name, numbers] of Object.entries(expected[part])) expectClose(name, found[part][name], numbers);
      }
    }, 180_000);

    test("outputs are written to given arrays, including views of larger ones", async () => {
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

    test("the blocked layout is rejected, and is not the default", async () => {
      const y = ops.square(input("x", [3]));
      await expect(compile({ y }, { device, lowering: "blocked" })).rejects.toThrow(
        `compile: lowering = "blocked": the device '${device}' does not support it. Use "portable".`,
      );
      const program = await compile({ y }, { device });
      expect(program.lowering).toBe("portable");
      expect(program.deviceReason).toBe(`${device}: requested`);
      await program.dispose();
    });
  });
}

test.skipIf(lack !== null)(
  `webgpu: an unsupported op is an error and never runs on the CPU${lack === null ? "" : ` (SKIPPED: ${lack})`}`,
  async () => {
    const builder = new OnnxBuilder();
    const info = { name: "x", shape: [3], dtype: "float32" } as const;
    // Without the setting, this model runs on the CPU.
    const value = builder.node("Sign", [builder.input(info.name, info.shape, info.dtype)]);
    const y = { ...info, name: "y" };
    const options = { inputs: [info], outputs: [y], threads: 1, optimize: true };
    await expect(webgpu.compile(builder.encode([{ ...y, value }]), options)).rejects.toThrow(
      "compile: the device 'webgpu' does not support all ops of this graph. Use another device.",
    );
  },
);

test.skipIf(lack === null)("webgpu: without an adapter, the error contains the reason", async () => {
  const y = ops.square(input("x", [3]));
  await expect(compile({ y }, { device: "webgpu" })).rejects.toThrow(
    expect.objectContaining({
      message: `compile: the device 'webgpu' is unavailable: ${lack}. Omit the device to use the best available one.`,
      device: "webgpu",
      lack,
    }),
  );
});

test("in Node the default is the CPU, and the program has the reason", async () => {
  const program = await compile({ y: ops.square(input("x", [3])) });
  expect(program.device).toBe("cpu");
  expect(program.deviceReason).toBe(
    "cpu: the best available device; not webgpu: in Node it must be requested; not wasm: it is slower",
  );
  await program.dispose();
});

test.each(["cuda", "toString"])("a device '%s' is unknown, and the error lists the known ones", async (name) => {
  await expect(compile({ y: input("x", [3]) }, { device: name as DeviceName })).rejects.toThrow(
    `compile: unknown device '${name}'. Expected one of cpu, webgpu, wasm.`,
  );
});

test("wasm: more threads than in the first program are rejected", async () => {
  const y = ops.square(input("x", [3]));
  const first = await compile({ y }, { device: "wasm" });
  await expect(compile({ y }, { device: "wasm", threads: 2 })).rejects.toThrow(
    "compile: threads = 2: the device 'wasm' runs with at most 1 since its first program",
  );
  await first.dispose();
});
