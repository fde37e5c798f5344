import { describe, expect, test } from "vitest";
import {
  compile,
  compileEvaluation,
  compileJointStep,
  compileTrainingStep,
  createNetwork,
  defineModel,
  defineOp,
  exportOnnx,
  GraphError,
  gradients,
  initializers,
  input,
  layers,
  measureBatchNorm,
  mlp,
  ops,
  summary,
  type Tensor,
  writeOnnx,
} from "../src/index.ts";

const regression = () =>
  createNetwork(
    defineModel("regression", [4], (scope, x) => layers.dense(scope, "fc", x, 2)),
    { seed: 1 },
  );
const classifier = () => createNetwork(mlp([1, 2, 2], 3, { hidden: [] }), { seed: 1 });
const halves = () =>
  createNetwork(
    defineModel("halves", [4], (scope, x) => ({
      left: layers.dense(scope, "left", x, 2),
      right: layers.dense(scope, "right", x, 2),
    })),
  );

const options = {
  batchSize: 3,
  targets: { angle: [2] },
  loss: ({ output, angle }: { output: Tensor; angle: Tensor }) => ops.mse(output, angle),
};
const images = new Float32Array(12);
const angle = new Float32Array(6);

/** Compiles a step with other options than the types allow. */
const compiled = (others: object) => compileTrainingStep(regression(), { ...options, ...others } as typeof options);

const run = async (...rest: readonly unknown[]): Promise<unknown> => {
  const step = await compileTrainingStep(regression(), options);
  try {
    return await (step.run as (...all: readonly unknown[]) => Promise<unknown>)(...rest);
  } finally {
    await step.dispose();
  }
};

const joint = (others: object) =>
  compileJointStep({ a: regression(), b: regression() }, {
    batchSize: 3,
    inputs: { x: [4] },
    losses: ({ a, b, x }: Record<"a" | "b", (x: Tensor) => Tensor> & { x: Tensor }) => ({
      a: ops.mse(a(x), b(x)),
    }),
    ...others,
  } as never);

describe("errors of losses, targets, metrics and networks are sentences", () => {
  const rows: readonly (readonly [what: string, act: () => unknown, message: string])[] = [
    [
      "a loss for each image",
      () => compiled({ loss: ({ output }: { output: Tensor }) => ops.mean(ops.square(output), [1]) }),
      "regression: the loss is float32 [3]. Expected one float32 number, such as ops.mean of it.",
    ],
    [
      "a loss of whole numbers",
      () => compiled({ loss: ({ output }: { output: Tensor }) => ops.cast(ops.mean(output), "int32") }),
      "regression: the loss is int32 []. Expected one float32 number",
    ],
    [
      "a loss function that returns nothing",
      () => compiled({ loss: () => undefined }),
      "regression: the loss is undefined. Return a tensor, such as ops.mean of the losses.",
    ],
    [
      "an async loss function",
      () => compiled({ loss: async () => 1 }),
      "regression: the loss is a promise. Return a tensor",
    ],
    [
      "a model as the network",
      () => compileTrainingStep(regression().model as never, options),
      "compileTrainingStep: the network is the model regression. Expected the result of createNetwork(model).",
    ],
    [
      "no network to evaluate",
      () => compileEvaluation(undefined as never, options),
      "compileEvaluation: the network is undefined. Expected the result of createNetwork(model).",
    ],
    [
      "no network to export",
      () => exportOnnx({} as never),
      "exportOnnx: the network is an object. Expected the result of createNetwork(model).",
    ],
    [
      "no network to measure statistics of",
      () => measureBatchNorm(null as never, []),
      "measureBatchNorm: the network is null. Expected the result of createNetwork(model).",
    ],
    [
      "a joint step of a model",
      () =>
        compileJointStep({ a: regression().model } as never, { batchSize: 3, inputs: { x: [4] }, losses: () => ({}) }),
      "joint step, 'a': the network is the model regression.",
    ],
    [
      "a network as the model",
      () => createNetwork(regression() as never),
      "createNetwork: the model is a network. Use network.model.",
    ],
    ["a summary of nothing", () => summary(undefined as never), "summary: the model is undefined. Expected"],
    [
      "no options",
      () => compileTrainingStep(regression(), undefined as never),
      "compileTrainingStep: the options are undefined. Expected an object, such as { batchSize: 32 }.",
    ],
    [
      "metrics by their names",
      () => compiled({ metrics: "mae" }),
      "regression: metrics is a string. Expected an object, such as { error:",
    ],
    [
      "a target without a shape",
      () => compiled({ targets: { angle: null } }),
      "regression: the target 'angle' is null without a shape. Expected the sizes without the batch",
    ],
    [
      "a target with a name that objects have",
      () => compiled({ targets: { constructor: [2] } }),
      "regression: a target is named 'constructor'. Rename it.",
    ],
    [
      "a metric with a name that objects have",
      () => compiled({ metrics: { toString: ({ output }: { output: Tensor }) => ops.mean(output) } }),
      "regression: a metric is named 'toString'. Rename it.",
    ],
    [
      "an output with a name that objects have",
      () => defineModel("m", [4], (_, x) => ({ constructor: x })),
      "m: an output is named 'constructor'. Rename it.",
    ],
    [
      "trains by an index",
      () => compiled({ trains: 0 }),
      "regression: trains is a number. Expected a pattern, a name, names, or a function of a name.",
    ],
    [
      "a forward pass of no tensor",
      () => regression().model.apply(undefined as never),
      "regression: images is undefined. Expected a tensor.",
    ],
    [
      "gradients of nothing",
      () => gradients(undefined as never, []),
      "gradients: an input is undefined. Expected a tensor.",
    ],
    [
      "gradients by a single tensor",
      () => gradients(ops.mean(input("x", [2])), input("x", [2]) as never),
      "gradients: the tensors to differentiate by are an object. Expected an array.",
    ],
    ["a program without outputs", () => compile({}), "compile: there is no output. Expected tensors by name."],
    [
      "a program of a number",
      () => compile({ y: 1 as never }),
      "compile: the output 'y' is a number. Expected a tensor.",
    ],
    [
      "a step that is disposed",
      async () => {
        const step = await compileTrainingStep(regression(), options);
        await step.dispose();
        await step.dispose();
        await step.run(images, { angle });
      },
      "run: the step or evaluation is disposed. Compile it again.",
    ],
    [
      "an evaluation that is disposed",
      async () => {
        const evaluation = await compileEvaluation(regression(), { batchSize: 3 });
        await evaluation.dispose();
        await evaluation.run(images);
      },
      "run: the step or evaluation is disposed. Compile it again.",
    ],
    ["trains that is empty", () => compiled({ trains: [] }), "regression: trains = [] matches no parameter"],
    ["a layer without a scope", () => layers.dense("fc" as never, "x", 3 as never, 4), "dense: the scope is a string."],
    [
      "a layer without a name",
      () => defineModel("m", [4], (scope, x) => layers.dense(scope, x as never, 4 as never, 4)),
      "dense: the name is an object. Expected a string",
    ],
    [
      "a layer of no tensor",
      () => defineModel("m", [4], (scope) => layers.layerNorm(scope, "norm", undefined as never)),
      "layerNorm: an input is undefined. Expected a tensor.",
    ],
    [
      "a layer without a width",
      () => defineModel("m", [4], (scope, x) => layers.dense(scope, "fc", x, undefined as never)),
      "dense: out = undefined. Expected a whole number of at least 1.",
    ],
    [
      "a convolution without options",
      () => defineModel("m", [1, 4, 4], (scope, x) => layers.conv2d(scope, "conv", x, 4, 3 as never)),
      "conv2d: the options are a number. Expected an object, such as { kernel: 3 }.",
    ],
    [
      "a convolution without a kernel",
      () => defineModel("m", [1, 4, 4], (scope, x) => layers.conv2d(scope, "conv", x, 4, {} as never)),
      "conv2d: kernel is undefined. Expected a number, or [height, width].",
    ],
    [
      "a file without a path",
      () => writeOnnx(regression() as never, "model.onnx" as never),
      "writeOnnx: the path is an object. Expected the path of the file, then the network.",
    ],
    [
      "a random seed that is not whole",
      () => createNetwork(regression().model, { seed: 0.5 }),
      "createNetwork: seed = 0.5. Expected a whole number.",
    ],
    [
      "a random seed of a step that is not whole",
      () => compiled({ seed: "x" }),
      "model: seed = x. Expected a whole number.",
    ],
    [
      "a joint step of no networks",
      () => compileJointStep(undefined as never, { batchSize: 3, inputs: { x: [4] }, losses: () => ({}) }),
      "joint step: the networks are undefined. Expected an object, such as { generator, discriminator }.",
    ],
    [
      "inputs of a joint step by their names",
      () => joint({ inputs: "x" }),
      "joint step: inputs is a string. Expected an object, such as { noise: [100] }.",
    ],
    ["an op without a definition", () => defineOp(undefined as never), "defineOp: the definition is undefined."],
    ["a loss by its name", () => compiled({ loss: "mse" }), "regression: the loss 'mse' needs class labels"],
    [
      "a loss of targets alone",
      () => compiled({ loss: ({ angle }: { angle: Tensor }) => ops.mean(angle) }),
      "regression: the loss depends on no trained parameter through differentiable ops. Compute it from an output",
    ],
    [
      "a loss through an op without a gradient",
      () => compiled({ loss: ({ output }: { output: Tensor }) => ops.mean(ops.sign(output)) }),
      "regression: the loss depends on no trained parameter through differentiable ops.",
    ],
    [
      "a loss of one of two outputs",
      () => compileTrainingStep(halves(), { batchSize: 3, loss: ({ left }) => ops.mean(ops.square(left)) }),
      "halves: the loss does not depend on 'right.weight', 'right.bias'. Use each trained parameter in the loss, or exclude it with trains.",
    ],
    [
      "a loss that reads an unknown tensor",
      () => compiled({ loss: ({ angel }: { angel: Tensor }) => ops.mean(angel) }),
      "regression: a loss or a metric reads 'angel'. Expected one of output, images, angle.",
    ],
    [
      "the single output of a model with two",
      () =>
        compileTrainingStep(halves(), {
          batchSize: 3,
          loss: (tensors) => ops.mean((tensors as unknown as { output: Tensor }).output),
        }),
      "halves: a loss or a metric reads 'output'. Expected one of left, right, images.",
    ],
    [
      "no loss for a model without classes",
      () => compileTrainingStep(regression(), { batchSize: 3 }),
      "regression: the model has no classes, and so no default loss. Expected a loss.",
    ],
    [
      "the default loss without labels",
      () => compileTrainingStep(classifier(), { batchSize: 3, targets: { angle: [1] } }),
      "mlp: the default loss needs the target labels",
    ],
    [
      "label smoothing of a loss of one's own",
      () => compiled({ labelSmoothing: 0.1 }),
      "regression: labelSmoothing is an option of the default loss. Leave it out, or apply it in the loss.",
    ],
    [
      "a metric for each image",
      () => compiled({ metrics: { m: ({ angle }: { angle: Tensor }) => angle } }),
      "the metric 'm' is float32 [3, 2].",
    ],
    [
      "a metric with gradients",
      () =>
        compiled({
          metrics: {
            m: ({ output }: { output: Tensor }) => ops.mean(gradients(ops.mean(output), [output])[0] as Tensor),
          },
        }),
      "gradients: the metric 'm' of regression calls gradients. Compute metrics from the forward pass.",
    ],
    [
      "a target with the name of an output",
      () => compiled({ targets: { output: [2] } }),
      "regression: the target 'output' has the name of an output, a parameter or another input. Rename it.",
    ],
    [
      "a target with the name of one of several outputs",
      () => compileTrainingStep(halves(), { batchSize: 3, targets: { left: [2] }, loss: ({ left }) => ops.mean(left) }),
      "halves: the target 'left' has the name of an output",
    ],
    [
      "a target with the name of a parameter",
      () => compiled({ targets: { "fc.weight": [2] } }),
      "regression: the target 'fc.weight' has the name of an output, a parameter or another input.",
    ],
    [
      "a target of half a number",
      () => compiled({ targets: { angle: [0.5] } }),
      "the target 'angle' has the shape [0.5].",
    ],
    [
      "a target of strings",
      () => compiled({ targets: { angle: { shape: [2], dtype: "string" } } }),
      "has the type string. Expected float32, int32, uint8.",
    ],
    [
      "a missing target",
      () => run(images),
      "regression: the target 'angle' is missing. Expected Float32Array of length 6, for a batch of 3 of float32 [2].",
    ],
    [
      "an unknown target",
      () => run(images, { angle, angel: angle }),
      "regression: unknown target 'angel'. Expected angle.",
    ],
    [
      "class labels where there are none",
      () => run(images, new Int32Array(3)),
      "regression: unknown target 'labels'. Expected angle.",
    ],
    [
      "a target of another type",
      () => run(images, { angle: new Int32Array(6) }),
      "the target 'angle' is Int32Array of length 6. Expected Float32Array of length 6",
    ],
    [
      "a target as a list",
      () => run(images, { angle: [1, 2, 3, 4, 5, 6] }),
      "the target 'angle' is an array. Expected Float32Array",
    ],
    [
      "a target of another length",
      () => run(images, { angle: angle.subarray(1) }),
      "the target 'angle' is Float32Array of length 5. Expected Float32Array of length 6",
    ],
    [
      "a target with a NaN",
      () => run(images, { angle: new Float32Array(6).fill(Number.NaN) }),
      "regression: 'angle' has NaN at index 0. Expected finite numbers.",
    ],
    [
      "a label out of range, for a loss of one's own",
      async () => {
        const step = await compileTrainingStep(classifier(), {
          batchSize: 3,
          loss: ({ output, labels }) => ops.crossEntropy(output, labels),
        });
        await step.run(images, Int32Array.of(0, -100, 3)).finally(() => step.dispose());
      },
      "mlp: the label of image 2 is 3. Expected a class from 0 to 2.",
    ],
    [
      "a network without parameters",
      () => createNetwork(defineModel("fixed", [4], (_, x) => x)),
      "fixed: the model has no parameters. Compile its graph, model.apply(images), instead.",
    ],
    [
      "trains that freezes everything",
      () => compiled({ trains: /^head\./ }),
      "matches no parameter, so there is nothing to train. The parameters are fc.weight, fc.bias.",
    ],
    [
      "a measurement without a loss",
      async () => {
        const evaluation = await compileEvaluation(regression(), { batchSize: 3 });
        await evaluation.measure(images).finally(() => evaluation.dispose());
      },
      "regression: the model has no classes, and so no default loss. Expected a loss.",
    ],
    [
      "a model with a promise as output",
      () => defineModel("m", [4], (async () => 1) as never),
      "m: the output is a promise. Return a tensor, or tensors by name.",
    ],
    [
      "a model without an output",
      () => defineModel("m", [4], () => ({})),
      "m: the model has no output. Return a tensor, or tensors by name.",
    ],
    [
      "an output without a batch",
      () => defineModel("m", [4], (scope) => scope.parameter("w", [4], initializers.zeros)),
      "m: the output has the shape [4] for a batch of 1. Expected [1, ...], one row per image.",
    ],
    [
      "an output of whole numbers",
      () => defineModel("m", [4], (_, x) => ({ y: ops.cast(x, "int32") })),
      "m: the output 'y' is int32. Expected float32. Cast it.",
    ],
    [
      "class names of a model without classes",
      () => exportOnnx(regression(), { input: "float32", classNames: ["a", "b"] }),
      "export: regression has no classes. Leave classNames out.",
    ],
    [
      "probabilities of a model without classes",
      () => exportOnnx(regression(), { input: "float32", probabilities: true }),
      "export: regression has no classes. Leave probabilities out.",
    ],
    [
      "bytes for a model whose input is no image",
      () => exportOnnx(regression()),
      'export: the input of regression is [4] and no image. Use { input: "float32" }.',
    ],
    [
      "an output named images",
      () => defineModel("m", [4], (_, images) => ({ images })),
      "m: an output is named 'images'. Rename it",
    ],
    [
      "several outputs of a classifier",
      () => defineModel("m", [4], 2, ((_: unknown, x: Tensor) => ({ x, y: x })) as never),
      "m: the model has several outputs, x, y.",
    ],
    [
      "a model without a function",
      () => defineModel("m", [4], 2 as never),
      "m: the forward pass is number. Expected a function",
    ],
    [
      "logits of a model without classes",
      () => regression().model.apply(input("x", [2, 4])).logits,
      "regression: the model has no classes, and so no logits. Use output or outputs.",
    ],
    [
      "a joint step without a loss",
      () => joint({ losses: () => ({}) }),
      "joint step: losses returned no loss. Return an object with a loss of some of a, b.",
    ],
    [
      "a joint loss of no network",
      () =>
        joint({
          losses: ({ a, b, x }: Record<string, never>) => ({
            c: ops.mse(
              (a as never as (x: Tensor) => Tensor)(x as never),
              (b as never as (x: Tensor) => Tensor)(x as never),
            ),
          }),
        }),
      "joint step: losses has 'c', which is no network. Expected a, b.",
    ],
    [
      "a joint loss that leaves a network out",
      () => joint({ losses: ({ a, x }: { a: (x: Tensor) => Tensor; x: Tensor }) => ({ a: ops.mean(a(x)) }) }),
      "joint step: the losses do not apply the network 'b'. Apply it, or leave it out.",
    ],
    [
      "a joint loss that does not depend on its network",
      () =>
        joint({
          losses: ({ a, b, x }: { a: (x: Tensor) => Tensor; b: (x: Tensor) => Tensor; x: Tensor }) => ({
            a: ops.mean(ops.add(b(x), ops.sign(a(x)))),
          }),
        }),
      "a: the loss depends on no trained parameter through differentiable ops.",
    ],
    [
      "trains of a network without a loss",
      () => joint({ trains: { b: /fc/ } }),
      "joint step: trains has 'b', which has no loss. Expected a.",
    ],
    [
      "trains that freezes all of a network",
      () => joint({ trains: { a: /^head/ } }),
      "matches no parameter, so there is nothing to train.",
    ],
    [
      "an input with the name of a network",
      () => joint({ inputs: { x: [4], a: [4] } }),
      "joint step: the input 'a' has the name of an output, a parameter or another input.",
    ],
    ["no input", () => joint({ inputs: {} }), "joint step: inputs is empty. Expected the shape of at least one input."],
    [
      "one network under two names",
      () => {
        const network = regression();
        return compileJointStep(
          { a: network, b: network },
          { batchSize: 3, inputs: { x: [4] }, losses: ({ a, b, x }) => ({ a: ops.mse(a(x), b(x)) }) },
        );
      },
      "joint step: 'a' and 'b' are one network. Pass it once, and apply it twice.",
    ],
  ];
  test.each(rows)("%s", async (_, act, message) => {
    const error: unknown = await (async () => act())().then(
      () => null,
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(GraphError);
    expect((error as GraphError).message).toContain(message);
  });
});

test("inputs of a joint step are checked as targets are", async () => {
  const step = await joint({});
  const fed = (inputs: object) => (step.run as (inputs: object) => Promise<unknown>)(inputs);
  await expect(fed({})).rejects.toThrow("joint step: the input 'x' is missing. Expected Float32Array of length 4");
  await expect(fed({ x: images, y: images })).rejects.toThrow("joint step: unknown input 'y'. Expected x.");
  await expect(fed({ x: new Float32Array(5) })).rejects.toThrow("the input 'x' is Float32Array of length 5.");
  await expect(fed({ x: new Float32Array(4).fill(Number.NaN) })).rejects.toThrow("joint step: 'x' has NaN at index 0.");
  await step.dispose();
});

test("types know targets, outputs and metrics by name", async () => {
  const step = await compileTrainingStep(halves(), {
    batchSize: 1,
    targets: { angle: [2], kind: { shape: [], dtype: "int32" } },
    // @ts-expect-error The model has no output of this name.
    loss: ({ left, right, angle, middle: _ }) => ops.add(ops.mse(left, angle), ops.mean(right)),
    metrics: { kind: ({ kind }) => ops.mean(ops.cast(kind, "float32")) },
  }).catch((error: Error) => error.message);
  expect(step).toContain("reads 'middle'. Expected one of left, right, images, angle, kind.");
  const fine = await compileTrainingStep(halves(), {
    batchSize: 1,
    targets: { angle: [2], kind: { shape: [], dtype: "int32" } },
    loss: ({ left, right, angle }) => ops.add(ops.mse(left, angle), ops.mean(right)),
    metrics: { kind: ({ kind }) => ops.mean(ops.cast(kind, "float32")) },
  });
  // @ts-expect-error The targets have these types.
  await expect(fine.run(new Float32Array(4), { angle: angle.subarray(4), kind: angle })).rejects.toThrow("'kind'");
  const { metrics } = await fine.run(new Float32Array(4), { angle: angle.subarray(4), kind: Int32Array.of(2) });
  // @ts-expect-error There is no metric of this name.
  expect([metrics.kind, metrics.other]).toEqual([2, undefined]);
  await fine.dispose();
});
