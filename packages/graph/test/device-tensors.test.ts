import { describe, expect, test } from "vitest";
import { webgpu } from "../src/devices/webgpu.ts";
import { compile, input, ops } from "../src/index.ts";

const lack = await webgpu.unavailable();
if (lack !== null) console.warn(`Tensors on a GPU are not tested in Node: ${lack}.`);

const DEVICES = [
  { device: "cpu", skipped: false, note: "" },
  { device: "wasm", skipped: false, note: "" },
  { device: "webgpu", skipped: lack !== null, note: lack === null ? "" : ` (SKIPPED: ${lack})` },
] as const;

for (const { device, skipped, note } of DEVICES) {
  describe.skipIf(skipped)(`on ${device} in Node${note}`, () => {
    test("a program reads and writes tensors on the device, and rejects wrong ones", async () => {
      const y = ops.mul(input("x", [2]), 2);
      const program = await compile({ y, z: ops.neg(y) }, { device });
      const x = await program.upload("x", Float32Array.of(1, 2));
      const target = await program.upload("x", Float32Array.of(0, 0));
      const { z } = await program.run({ x }, { y: target });
      expect([...z, ...(await target.download())]).toEqual([-2, -4, 2, 4]);
      const next = await program.run({ x: target }, { y: x });
      expect(next.z).toEqual(Float32Array.of(-4, -8));
      await expect(program.run({ x }, { y: x })).rejects.toThrow(
        "run: the target of the output 'y' is also another output's target or an input",
      );
      const wide = await compile({ y: ops.neg(input("x", [3])) }, { device });
      await expect(wide.run({ x })).rejects.toThrow(
        "run: the input 'x' is float32 [2] on the device. Expected float32 [3].",
      );
      await expect(program.upload("w", Float32Array.of(1))).rejects.toThrow("upload: unknown input 'w'. Expected x.");
      await expect(program.upload("x", Float32Array.of(1))).rejects.toThrow(
        "upload: the input 'x' is Float32Array of length 1. Expected Float32Array of length 2",
      );
      await x.dispose();
      await expect(program.run({ x })).rejects.toThrow("run: the input 'x' is a disposed tensor");
      await expect(x.download()).rejects.toThrow("download: the tensor on the device");
      for (const one of [target, program, wide]) await one.dispose();
    });
  });
}

test("tensors of another device are rejected", async () => {
  const [a, b] = [
    await compile({ y: ops.neg(input("x", [2])) }, { device: "cpu" }),
    await compile({ y: ops.neg(input("x", [2])) }, { device: "wasm" }),
  ];
  const x = await b.upload("x", Float32Array.of(1, 2));
  await expect(a.run({ x })).rejects.toThrow("run: the input 'x' is on the device 'wasm'. Expected a tensor on 'cpu'.");
  for (const one of [a, b, x]) await one.dispose();
});
