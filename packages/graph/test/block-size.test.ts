import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { blockSizeOf } from "../src/blocked/block-size.ts";
import { sizeOf } from "../src/core/shape.ts";
import { cpu } from "../src/devices/cpu.ts";
import type { Device } from "../src/devices/device.ts";
import { compile, input, ops, type Program, probeCpuKernels } from "../src/index.ts";
import { block } from "./block.ts";

/** Simulates a device whose ONNX Runtime has a block size, and that computes each model by `resultOf` its number. */
function deviceWith(reported: number, resultOf: (model: number) => number = () => 1): Device {
  let models = 0;
  return {
    ...cpu,
    async compile(_, { outputs }) {
      const result = resultOf(models++);
      const valuesOf = (name: string, size: number): Float32Array =>
        name === "stored" ? Float32Array.of(1, reported, 1, 1) : new Float32Array(size).fill(result);
      return {
        run: async () => Object.fromEntries(outputs.map(({ name, shape }) => [name, valuesOf(name, sizeOf(shape))])),
        dispose: async () => {},
      };
    },
  };
}

/** Simulates a device that compiles no model. */
const failing = (message: string): Device => ({ ...cpu, compile: () => Promise.reject(new Error(message)) });

beforeEach(() => vi.stubEnv("DOWNHILL_BLOCK_SIZE", ""));
afterEach(() => vi.unstubAllEnvs());

describe("the block size of a device", () => {
  test.each([8, 16])("is ONNX Runtime's: %i", async (size) => {
    expect(await blockSizeOf(deviceWith(size))).toEqual({ block: size, lack: null });
  });

  test.each<readonly [what: string, device: Device, lack: string]>([
    [
      "a build without the ops",
      failing("Fatal error: com.microsoft.nchwc:ReorderInput(-1) is not a registered function/op"),
      "it is not in this build of ONNX Runtime",
    ],
    ["ops that fail", failing("out of memory"), "it fails on this processor"],
    ["blocks of one channel", deviceWith(4), "ONNX Runtime has no kernels of it for this processor"],
    ["results that differ from standard ops", deviceWith(16, (i) => i), "it gives wrong results on this processor"],
    ["results that are not numbers", deviceWith(8, () => Number.NaN), "it gives wrong results on this processor"],
    ["another device", { ...deviceWith(16), name: "webgpu" }, "the device 'webgpu' does not support it"],
  ])("is null, with the reason, for %s", async (_, device, lack) => {
    expect(await blockSizeOf(device)).toEqual({ block: null, lack });
  });
});

describe("DOWNHILL_BLOCK_SIZE", () => {
  const [x, weight] = [input("x", [1, 16, 4, 4]), input("weight", [16, 16, 1, 1])];
  const compiled = (lowering?: "blocked"): Promise<Program> =>
    compile({ y: ops.conv2d(x, weight) }, { device: "cpu", tune: false, ...(lowering && { lowering }) });

  test("0 makes standard ops the default, and blocks an error", async () => {
    vi.stubEnv("DOWNHILL_BLOCK_SIZE", "0");
    const program = await compiled();
    expect(program).toMatchObject({ lowering: "portable", block: null });
    expect(await probeCpuKernels()).toMatchObject({ block: null, lack: "DOWNHILL_BLOCK_SIZE = 0 turns it off" });
    await program.dispose();
    await expect(compiled("blocked")).rejects.toThrow(
      `compile: lowering = "blocked": DOWNHILL_BLOCK_SIZE = 0 turns it off. Use "portable".`,
    );
  });

  test("requires the size of the processor", async () => {
    vi.stubEnv("DOWNHILL_BLOCK_SIZE", String(block ?? 0));
    const program = await compiled();
    expect(program.block).toBe(block);
    expect((await probeCpuKernels()).block).toBe(block);
    await program.dispose();
    vi.stubEnv("DOWNHILL_BLOCK_SIZE", "12");
    await expect(compiled()).rejects.toThrow(/DOWNHILL_BLOCK_SIZE = '12', but .+\. Unset it, or set it to 0\./);
  });
});
