import { describe, expect, test } from "vitest";
import {
  airbench,
  compileEvaluation,
  compileTrainingStep,
  createNetwork,
  defineModel,
  headNames,
  layers,
  lenet,
  type Model,
  ops,
  resnet,
  splitModel,
} from "../src/index.ts";

/** A body with batch norm and dropout, and a head of two layers behind dropout. */
const random = () =>
  defineModel("random", [2, 4, 4], 3, (scope, images) => {
    const x = layers.dropPath(scope, "path", layers.batchNorm(scope, "norm", images), 0.5);
    const features = ops.flatten(ops.relu(layers.conv2d(scope, "conv", x, 3, { kernel: 3 })));
    const hidden = ops.relu(layers.dense(scope, "head.1", layers.dropout(scope, "drop", features, 0.4), 5));
    return layers.dense(scope, "head.2", hidden, 3);
  });

const imagesOf = ({ imageShape }: Model, count: number): Float32Array =>
  Float32Array.from({ length: count * imageShape.reduce((product, size) => product * size, 1) }, (_, i) =>
    Math.sin(0.7 * i),
  );

describe("a model that is split at its head", () => {
  test.each<[Model, RegExp | undefined, number[]]>([
    [lenet([1, 28, 28], 4), undefined, [128]],
    [airbench([3, 16, 16], 4, { widths: [4, 4, 4] }), undefined, [4]],
    [resnet([3, 8, 8], 4, { width: 4, depth: 8 }), undefined, [16]],
    [random(), /^head/, [12]],
  ])("head(body(images)) is the model, %#", async (model, trains, shape) => {
    const network = createNetwork(model, { seed: 1 });
    const { body, head } = splitModel(model, trains ?? headNames(model));
    expect(body.outputs.output).toEqual(shape);
    expect([...body.parameters, ...head.parameters].map(({ name }) => name).sort()).toEqual(
      model.parameters.map(({ name }) => name).sort(),
    );
    const options = { batchSize: 2, tune: false };
    const images = imagesOf(model, 2);
    const [whole, first, second] = [
      await compileEvaluation(network, options),
      await compileEvaluation({ ...network, model: body }, options),
      await compileEvaluation({ ...network, model: head }, options),
    ] as const;
    const logits = await second.run(await first.run(images));
    for (const [i, logit] of (await whole.run(images)).entries()) expect(logits[i]).toBeCloseTo(logit, 5);
    for (const program of [whole, first, second]) await program.dispose();
  });

  test("a training step of the head has the gradients of a step that trains only the head, and dropout of its own", async () => {
    const trains = /^classifier/;
    const model = lenet([1, 28, 28], 4);
    const [one, other] = [createNetwork(model, { seed: 1 }), createNetwork(model, { seed: 1 })];
    const { body, head } = splitModel(model, trains);
    const labels = Int32Array.of(1, 3);
    const images = imagesOf(model, 2);
    const options = { batchSize: 2, tune: false, trains };
    const whole = await compileTrainingStep(one, options);
    const { loss } = await whole.run(images, labels);
    const features = await compileEvaluation({ ...other, model: body }, { batchSize: 2, tune: false });
    const step = await compileTrainingStep({ ...other, model: head }, options);
    expect((await step.run(await features.run(images), labels)).loss).toBeCloseTo(loss, 5);
    for (const name of headNames(model)) {
      const expected = one.parameters.gradient(name);
      for (const [i, value] of other.parameters.gradient(name).entries())
        expect(value).toBeCloseTo(expected[i] as number, 5);
    }
    for (const program of [whole, features, step]) await program.dispose();
    const { head: behindDropout } = splitModel(random(), /^head/);
    const networkOfHead = { ...createNetwork(random(), { seed: 1 }), model: behindDropout };
    const dropping = await compileTrainingStep(networkOfHead, { batchSize: 2, tune: false, trains: /^head/ });
    const losses = [];
    for (const at of [1, 2])
      losses.push(
        (
          await dropping.run(
            imagesOf(behindDropout, 2),
            labels.map((x) => x % 3),
            { step: at },
          )
        ).loss,
      );
    expect(losses[0]).not.toBe(losses[1]);
    await dropping.dispose();
  });

  test.each([
    [/^layer2\.0\.conv2/, "several outputs of frozen layers lead to them"],
    [/^conv1/, "one of them is applied to the images"],
    [/^fc9/, "trains = /^fc9/ matches no parameter"],
  ])("parameters that are no head: %s", (trains, message) => {
    expect(() => splitModel(resnet([3, 8, 8], 4, { depth: 8 }), trains)).toThrow(message);
  });
});

test("frozen batch norm keeps its statistics and trains its parameters", async () => {
  const network = createNetwork(random(), { seed: 1 });
  const before = JSON.stringify(network.buffers["norm.running_mean"]);
  const labels = Int32Array.of(1, 2);
  for (const freezeBatchNorm of [true, false]) {
    const step = await compileTrainingStep(network, { batchSize: 2, tune: false, freezeBatchNorm });
    await step.run(imagesOf(network.model, 2), labels, { step: 0 });
    expect(JSON.stringify(network.buffers["norm.running_mean"]) === before).toBe(freezeBatchNorm);
    expect(network.parameters.gradient("norm.weight").some((value) => value !== 0)).toBe(true);
    await step.dispose();
  }
});
