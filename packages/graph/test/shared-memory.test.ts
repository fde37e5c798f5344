import { adam } from "@downhill/optim";
import { expect, test } from "vitest";
import { acceptsSharedMemory } from "../src/devices/shared-memory.ts";
import { compileTrainingStep, createNetwork, mlp } from "../src/index.ts";

test.each([
  ["20.20.2", false],
  ["22.20.0", false],
  ["22.21.0", true],
  ["23.11.1", false],
  ["24.8.0", false],
  ["24.9.0", true],
  ["25.0.0", true],
  ["", false],
])("Node '%s' hands shared memory to add-ons: %s", (version, accepts) => {
  expect(acceptsSharedMemory(version)).toBe(accepts);
});

test.each(["cpu", "wasm"] as const)("threads that update a network compute the bits of one (%s)", async (device) => {
  const model = mlp([1, 28, 28], 10, { hidden: [1280, 64] });
  const images = Float32Array.from({ length: 4 * 784 }, (_, i) => Math.cos(i));
  const results = [];
  for (const threads of [1, 2]) {
    const network = createNetwork(model, { seed: 1, threads });
    const { arena } = network.parameters;
    expect(arena.isShared).toBe(threads === 2 && acceptsSharedMemory());
    const step = await compileTrainingStep(network, { batchSize: 4, device, tune: false });
    const updater = adam().bind(network.parameters);
    const losses: number[] = [];
    for (let i = 0; i < 3; i++) {
      losses.push((await step.run(images, Int32Array.of(0, 1, 2, 3))).loss);
      updater.step();
    }
    await step.dispose();
    results.push({ losses, values: network.parameters.values.reduce((sum, x) => sum + x, 0) });
  }
  expect(results[1]).toEqual(results[0]);
});
