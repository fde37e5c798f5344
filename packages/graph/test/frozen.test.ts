import { adamw, sgd } from "@downhill/optim";
import { describe, expect, test } from "vitest";
import { inOrder } from "../src/core/in-order.ts";
import {
  compileDeviceStep,
  compileEvaluation,
  compileTrainingStep,
  createNetwork,
  mlp,
  type Network,
  resnet,
  trainedNames,
  trainingGraph,
} from "../src/index.ts";

const resnet8 = (): Network => createNetwork(resnet([3, 8, 8], 10, { depth: 8, width: 4 }), { seed: 1 });
const images = Float32Array.from({ length: 8 * 192 }, (_, i) => Math.sin(i * i * 0.37));
const labels = Int32Array.from({ length: 8 }, (_, i) => (i * 7) % 10);
const groups = [{ match: (name: string) => !/^fc\./.test(name), frozen: true }];

describe("a step that trains only the last layer", () => {
  test("computes its gradients, and leaves all other gradients and the running statistics", async () => {
    const network = resnet8();
    network.parameters.gradients.fill(9);
    const before = structuredClone(network.buffers);
    const step = await compileTrainingStep(network, { batchSize: 8, trains: /^fc\./ });
    const { loss } = await step.run(images, labels);
    expect(network.buffers).toEqual(before);
    for (const name of network.parameters.names) {
      const isZero = network.parameters.gradient(name).every((x) => x === 0);
      expect(isZero, name).toBe(!name.startsWith("fc."));
    }
    // Its loss is that of the model in inference mode, which a full step does not have.
    const evaluation = await compileEvaluation(network, { batchSize: 8 });
    const logits = await evaluation.run(images);
    let expected = 0;
    for (let i = 0; i < 8; i++) {
      const row = logits.subarray(10 * i, 10 * i + 10);
      expected += (Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)) - (row[labels[i] as number] as number)) / 8;
    }
    expect(loss).toBeCloseTo(expected, 4);
    await Promise.all([step.dispose(), evaluation.dispose()]);
  });

  test("has the gradients of a full step where no statistics differ", async () => {
    const [partial, full] = [0, 1].map(() => createNetwork(mlp([3, 8, 8], 10, { hidden: [16] }), { seed: 2 })) as [
      Network,
      Network,
    ];
    const trains = ["classifier.weight", "classifier.bias"];
    const steps = [
      await compileTrainingStep(partial, { batchSize: 8, trains }),
      await compileTrainingStep(full, { batchSize: 8 }),
    ];
    for (const step of steps) await step.run(images, labels);
    for (const name of trains) {
      for (const [i, value] of full.parameters.gradient(name).entries()) {
        expect(partial.parameters.gradient(name)[i]).toBeCloseTo(value, 6);
      }
    }
    for (const step of steps) await step.dispose();
  });

  test("has a graph without the backward pass of the other layers", () => {
    const { model } = resnet8();
    const nodes = (trains?: RegExp): number => inOrder(Object.values(trainingGraph(model, 8, { trains }))).length;
    expect(nodes(/^fc\./)).toBeLessThan(nodes() / 2);
  });

  test("on a device, it equals an updater whose other groups are frozen", async () => {
    const [device, host] = [resnet8(), resnet8()];
    const optimizer = adamw({ lr: 0.01 }, { groups });
    const options = { batchSize: 8, trains: /^fc\./ };
    const deviceStep = await compileDeviceStep(device, optimizer, { ...options, device: "cpu" });
    const hostStep = await compileTrainingStep(host, options);
    const updater = optimizer.bind(host.parameters);
    for (let i = 0; i < 3; i++) {
      await deviceStep.run(images, labels);
      await hostStep.run(images, labels);
      updater.step();
    }
    await deviceStep.download();
    for (const [i, value] of host.parameters.values.entries()) {
      expect(device.parameters.values[i]).toBeCloseTo(value, 5);
    }
    expect(device.parameters.value("conv1.weight")).toEqual(resnet8().parameters.value("conv1.weight"));
    await Promise.all([deviceStep.dispose(), hostStep.dispose()]);
  });
});

test("parameters that nothing matches are an error, with their names", () => {
  const { model } = resnet8();
  expect(trainedNames(model)).toEqual(model.parameters.map(({ name }) => name));
  expect(() => trainedNames(model, /^head\./g)).toThrow(
    "trains = /^head\\./g matches no parameter, so there is nothing to train. The parameters are conv1.weight, ",
  );
  expect(() => trainedNames(model, [])).toThrow("matches no parameter");
});

test("a device step without a frozen group names the parameter that has no gradient", async () => {
  await expect(
    compileDeviceStep(resnet8(), sgd({ lr: 0.1 }), { batchSize: 8, trains: /^fc\./, device: "cpu" }),
  ).rejects.toThrow("conv1.weight");
});
