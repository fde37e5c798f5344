import { accumulateGradients, scheduleFreeSgd, sgd } from "@downhill/optim";
import { describe, expect, test, vi } from "vitest";
import { cpu } from "../src/devices/cpu.ts";
import type { Device } from "../src/devices/device.ts";
import { wasm } from "../src/devices/wasm.ts";
import { webgpu } from "../src/devices/webgpu.ts";
import {
  compileDeviceStep,
  compileEvaluation,
  compileTrainingStep,
  createNetwork,
  GraphError,
  mlp,
  type Network,
  resnet,
} from "../src/index.ts";
import { MODELS, madeBatch, OPTIMIZERS, type Trained, trainInArena, trainOnDevice } from "./device-training.ts";
import { expectClose } from "./golden.ts";

const lack = await webgpu.unavailable();
if (lack !== null) console.warn(`Weights on a GPU are not tested in Node: ${lack}.`);

const DEVICES: readonly { readonly device: Device; readonly skipped: boolean; readonly note: string }[] = [
  { device: cpu, skipped: false, note: "" },
  { device: wasm, skipped: false, note: "" },
  { device: webgpu, skipped: lack !== null, note: lack === null ? "" : ` (SKIPPED: ${lack})` },
];

const small = (): Network => createNetwork(mlp([1, 4, 4], 10, { hidden: [8] }), { seed: 1 });
const CASES = Object.keys(MODELS).flatMap((model) =>
  Object.keys(OPTIMIZERS).map((optimizer) => [model as keyof typeof MODELS, optimizer] as const),
);

const references = new Map<string, Promise<Trained>>();
/** Trains with an updater on the CPU, once for all devices. */
function reference(model: keyof typeof MODELS, optimizer: string): Promise<Trained> {
  const name = `${model} with ${optimizer}`;
  const trained = references.get(name) ?? trainInArena(model, optimizer, 20);
  references.set(name, trained);
  return trained;
}

const listOf = (values: ArrayLike<number> | number | undefined): ArrayLike<number> | undefined =>
  typeof values === "number" ? [values] : values;

function expectSame(found: Trained, expected: Trained): void {
  expectClose("losses", found.losses, expected.losses);
  expect(found.correct).toEqual(expected.correct);
  for (const [name, numbers] of Object.entries(expected.weights)) expectClose(name, found.weights[name], numbers);
  const { tensors, ...counts } = expected.state;
  expect(found.state).toMatchObject(counts);
  expect(Object.keys(found.state.tensors).sort()).toEqual(Object.keys(tensors).sort());
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    expect(found.state.tensors[name]?.shape).toEqual(shape);
    for (const [state, numbers] of Object.entries(values)) {
      const other = listOf(found.state.tensors[name]?.values[state]);
      expectClose(`${state} of ${name}`, other, listOf(numbers) as ArrayLike<number>);
    }
  }
}

for (const { device, skipped, note } of DEVICES) {
  const options = { device: device.name, batchSize: 8 } as const;
  describe.skipIf(skipped)(`on ${device.name} in Node${note}`, () => {
    test.each(CASES)(
      "%s with %s: 20 steps and the saved state equal those of an updater on the CPU",
      async (model, optimizer) => {
        const found = await trainOnDevice(model, optimizer, 20, { device: device.name });
        expect(found.device).toBe(device.name);
        expectSame(found, await reference(model, optimizer));
      },
      // Software devices compile shaders slowly.
      120_000,
    );

    test("download copies running statistics and weights to the network, and upload copies changed ones back", async () => {
      const [network, other] = [0, 1].map(() => createNetwork(resnet([1, 8, 8], 10, { depth: 8 }), { seed: 2 })) as [
        Network,
        Network,
      ];
      const { images, labels } = madeBatch(8, 0, 8);
      const step = await compileDeviceStep(network, sgd({ lr: 0.05 }), options);
      const inArena = await compileTrainingStep(other, { batchSize: 8, device: "cpu" });
      const updater = sgd({ lr: 0.05 }).bind(other.parameters);
      const both = async (): Promise<void> => {
        const [a, b] = [await step.run(images, labels), await inArena.run(images, labels)];
        updater.step();
        expectClose("loss", [a.loss], [b.loss]);
      };
      await both();
      const before = await compileEvaluation(network, { batchSize: 8, device: "cpu" });
      const untouched = await before.run(images);
      await step.download();
      const logits = await before.run(images);
      expect(logits).not.toEqual(untouched);
      const evaluation = await compileEvaluation(other, { batchSize: 8, device: "cpu" });
      expectClose("logits", logits, await evaluation.run(images), 1e-3);
      // Uploads changes in the network to the device.
      for (const { parameters } of [network, other]) parameters.value("fc.bias").fill(2);
      await step.upload();
      await both();
      for (const one of [step, inArena, before, evaluation]) await one.dispose();
    }, 180_000);

    test("a downloaded state resumes in another step, and in an updater", async () => {
      const optimizer = OPTIMIZERS.adamw?.() as ReturnType<typeof sgd>;
      const { images, labels } = madeBatch(8, 1, 4);
      const network = small();
      const first = await compileDeviceStep(network, optimizer, options);
      for (let i = 0; i < 3; i++) await first.run(images, labels);
      const state = await first.download();
      const [resumed, continued] = [small(), small()];
      for (const { parameters } of [resumed, continued]) parameters.values.set(network.parameters.values);

      const expected = [await first.run(images, labels), await first.run(images, labels)];
      const second = await compileDeviceStep(resumed, optimizer, options);
      await second.upload(state);
      expect(second.steps).toBe(3);
      expect([await second.run(images, labels), await second.run(images, labels)]).toEqual(expected);

      const updater = optimizer.bind(continued.parameters);
      updater.restore(state);
      const third = await compileTrainingStep(continued, { batchSize: 8, device: "cpu" });
      for (const { loss } of expected) {
        expectClose("loss", [(await third.run(images, labels)).loss], [loss]);
        updater.step();
      }
      for (const step of [first, second, third]) await step.dispose();
    }, 180_000);

    test("steps leave no uploaded tensor behind, and dispose frees all tensors", async () => {
      const live = new Set<object>();
      const { upload } = device;
      const spy = vi.spyOn(device, "upload").mockImplementation(async (values, info) => {
        const tensor = await upload(values, info);
        live.add(tensor);
        return tensor;
      });
      const undisposed = (): number => [...live].filter((tensor) => !(tensor as { disposed: boolean }).disposed).length;
      const network = small();
      const step = await compileDeviceStep(network, sgd({ lr: 0.01, momentum: 0.9 }), options);
      // Four weights and their momentum, each twice: current and next.
      expect(undisposed()).toBe(16);
      for (let i = 0; i < 12; i++) {
        const { images, labels } = madeBatch(1 + (i % 6), i, 4);
        await step.run(images, labels);
      }
      expect(live.size).toBe(16);
      await step.upload(await step.download());
      expect(undisposed()).toBe(16);
      await step.dispose();
      await step.dispose();
      expect(undisposed()).toBe(0);
      spy.mockRestore();
      const { images, labels } = madeBatch(8, 0, 4);
      await expect(step.run(images, labels)).rejects.toThrow("run: the step is disposed");
      await expect(step.download()).rejects.toThrow("download: the step is disposed");
      await expect(step.upload()).rejects.toThrow("upload: the step is disposed");
    }, 180_000);

    test("concurrent steps run one after another", async () => {
      const step = await compileDeviceStep(small(), sgd({ lr: 0.1 }), options);
      const other = await compileDeviceStep(small(), sgd({ lr: 0.1 }), options);
      const batches = [0, 1, 2].map((i) => madeBatch(8, i, 4));
      const found = await Promise.all(batches.map(({ images, labels }) => step.run(images, labels)));
      for (const [i, { images, labels }] of batches.entries()) {
        expect(await other.run(images, labels)).toEqual(found[i]);
      }
      await Promise.all([step.dispose(), other.dispose()]);
    }, 180_000);
  });
}

test("frozen tensors stay unchanged, and evaluation uses an average", async () => {
  const optimizer = scheduleFreeSgd({ lr: 0.5, warmupSteps: 2 }, { groups: [{ match: /bias$/, frozen: true }] });
  const [network, other, fresh] = [small(), small(), small()];
  const step = await compileDeviceStep(network, optimizer, { device: "cpu", batchSize: 8 });
  const updater = optimizer.bind(other.parameters);
  const inArena = await compileTrainingStep(other, { device: "cpu", batchSize: 8 });
  for (let i = 0; i < 6; i++) {
    const { images, labels } = madeBatch(8, i, 4);
    await step.run(images, labels);
    await inArena.run(images, labels);
    updater.step();
  }
  await step.download();
  const weights = network.parameters.values.slice();
  expectClose("weights", weights, other.parameters.values);
  await step.download({ evaluation: true });
  expect(network.parameters.values).not.toEqual(weights);
  const expected = updater.withEvaluationWeights(() => other.parameters.values.slice());
  expectClose("weights for evaluation", network.parameters.values, expected);
  for (const name of network.parameters.names.filter((bias) => bias.endsWith("bias"))) {
    expect(network.parameters.value(name)).toEqual(fresh.parameters.value(name));
  }
  for (const one of [step, inArena]) await one.dispose();
});

test("2,000 steps use no more memory than 200", async () => {
  const step = await compileDeviceStep(createNetwork(MODELS.mlp()), sgd({ lr: 0.01, momentum: 0.9 }), {
    device: "cpu",
    batchSize: 16,
  });
  const { images, labels } = madeBatch(16, 0);
  const run = async (steps: number): Promise<number> => {
    for (let i = 0; i < steps; i++) await step.run(images, labels);
    return process.memoryUsage().rss;
  };
  const before = await run(200);
  expect((await run(1800)) - before).toBeLessThan(24 * 2 ** 20);
  await step.dispose();
}, 180_000);

test("with gradient accumulation, only complete batches update, in the graph as in an updater", async () => {
  const [network, other] = [small(), small()];
  const optimizer = accumulateGradients(sgd({ lr: 0.1, momentum: 0.9 }), { microSteps: 2 });
  const step = await compileDeviceStep(network, optimizer, { device: "cpu", batchSize: 8 });
  const updater = optimizer.bind(other.parameters);
  const inArena = await compileTrainingStep(other, { device: "cpu", batchSize: 8 });
  for (let i = 0; i < 3; i++) {
    const { images, labels } = madeBatch(8, i, 4);
    await step.run(images, labels);
    await inArena.run(images, labels);
    updater.step();
  }
  const { step: found, microStep } = await step.download();
  expect({ found, microStep }).toEqual({ found: updater.state().step, microStep: updater.state().microStep });
  expectClose("weights", network.parameters.values, other.parameters.values);
});

describe("errors", () => {
  test("a loss that is not finite is an error and changes nothing", async () => {
    const network = small();
    const { images, labels } = madeBatch(8, 0, 4);
    const step = await compileDeviceStep(network, sgd({ lr: 0.1 }), { device: "cpu", batchSize: 8 });
    await step.run(images, labels);
    await step.download();
    const weights = network.parameters.values.slice();
    await expect(
      step.run(
        images.map((x, i) => (i === 3 ? Number.NaN : x)),
        labels,
      ),
    ).rejects.toThrow("mlp: the images have NaN at index 3. Expected finite numbers.");
    await step.download();
    expect(network.parameters.values).toEqual(weights);
    network.parameters.value(network.parameters.names[0] as string).fill(Number.NaN);
    await step.upload();
    await expect(step.run(images, labels)).rejects.toThrow(
      "mlp: the loss of step 1 is NaN. The weights are unchanged. Try a lower learning rate.",
    );
    expect(step.steps).toBe(1);
    await step.dispose();
  });

  test("a state that does not match is rejected and changes nothing", async () => {
    const step = await compileDeviceStep(small(), sgd({ lr: 0.1, momentum: 0.9 }), { device: "cpu", batchSize: 8 });
    const state = await step.download();
    const [name = ""] = Object.keys(state.tensors);
    const { shape } = state.tensors[name] as { shape: readonly number[] };
    const rows = [
      [{ ...state, optimizer: "adam" }, "it is of the optimizer 'adam'. Expected a state of 'sgd'."],
      [{ ...state, step: -1 }, "its step is -1. Expected a whole number from 0."],
      [{ ...state, tensors: {} }, `it has no values for '${name}'. Expected the shape [${shape.join(", ")}].`],
      [
        { ...state, tensors: { ...state.tensors, [name]: { shape: [3], values: {} } } },
        `it has the shape [3] for '${name}'`,
      ],
      [{ ...state, tensors: { ...state.tensors, [name]: { shape, values: {} } } }, "it has 0 numbers of '"],
    ] as const;
    for (const [wrong, message] of rows) {
      await expect(step.upload(wrong)).rejects.toThrow(GraphError);
      await expect(step.upload(wrong)).rejects.toThrow(`upload: the saved state does not match: ${message}`);
    }
    await step.dispose();
  });

  test("batches are checked as in every training step", async () => {
    const options = { device: "cpu", batchSize: 2 } as const;
    const step = await compileDeviceStep(small(), sgd({ lr: 0.1 }), options);
    const { images, labels } = madeBatch(2, 0, 4);
    await expect(step.run(images, labels.subarray(1))).rejects.toThrow(
      "the target 'labels' is Int32Array of length 1. Expected Int32Array of length 2, for a batch of 2",
    );
    await expect(step.run(images.subarray(1), labels)).rejects.toThrow(
      "the images have 31 numbers. Expected a multiple of 16",
    );
    await expect(compileDeviceStep(small(), sgd({ lr: 0.1 }), { ...options, batchSize: 0 })).rejects.toThrow(
      "mlp: batchSize = 0. Expected a whole number of at least 1.",
    );
    await step.dispose();
  });
});
