import { randomAt, randomKey } from "@downhill/optim/random";
import { describe, expect, test } from "vitest";
import { sizeOf } from "../src/core/shape.ts";
import {
  airbench,
  checkModelOptions,
  compile,
  convnext,
  convnextTiny,
  createNetwork,
  defineModel,
  efficientnetB0,
  type GraphError,
  gradients,
  type ImageShape,
  input,
  layers,
  lenet,
  type Model,
  type ModelName,
  mlp,
  mobilenetV2,
  mobilenetV3,
  models,
  ops,
  resnet,
  resnet9,
  resnet18,
  resnet34,
  resnet50,
  rolesOf,
  smallestSide,
  summary,
  type Tensor,
  vgg,
  wideResnet,
} from "../src/index.ts";

const CIFAR: ImageShape = [3, 32, 32];
const MNIST: ImageShape = [1, 28, 28];

const parametersOf = (model: Model): number => model.parameters.reduce((total, { shape }) => total + sizeOf(shape), 0);

describe("the roles of parameters", () => {
  const rows: readonly (readonly [Model, readonly string[], readonly string[]])[] = [
    [airbench(CIFAR, 10), [], ["head.weight"]],
    [convnext(CIFAR, 10), ["downsample_layers.0.0.weight"], ["head.weight"]],
    [lenet(MNIST, 10), ["conv1.weight"], ["classifier.weight"]],
    [mlp(MNIST, 10), ["hidden1.weight"], ["classifier.weight"]],
    [mlp(MNIST, 10, { hidden: [] }), [], ["classifier.weight"]],
    [resnet(CIFAR, 10), ["conv1.weight"], ["fc.weight"]],
    [resnet9(CIFAR, 10), ["prep.conv.weight"], ["linear.weight"]],
    [vgg(CIFAR, 10), ["features.0.weight"], ["classifier.weight"]],
    [wideResnet(CIFAR, 10), ["conv1.weight"], ["fc.weight"]],
  ];
  test.each(rows.map((row) => [row[0].name, ...row] as const))("%s", (_, model, first, last) => {
    const named = (role: string): string[] =>
      model.parameters.flatMap((parameter) => (parameter.role === role ? [parameter.name] : []));
    expect({ input: named("input"), head: named("head") }).toEqual({ input: first, head: last });
    const others = model.parameters.filter(({ name }) => ![...first, ...last].includes(name));
    for (const { name, shape, role } of others) {
      expect([name, role]).toEqual([name, shape.length > 1 ? "hidden" : /bias$/.test(name) ? "bias" : "gain"]);
    }
    expect(createNetwork(model).parameters.roles).toEqual(rolesOf(model));
  });

  test("embeddings and attention, and outputs that share a body", () => {
    const model = defineModel("tokens", [6], (scope, images) => {
      const embedded = layers.embedding(scope, "embedding", ops.cast(images, "int32"), { count: 9, width: 8 });
      const tokens = layers.positionEmbedding(scope, "positions", embedded);
      const body = layers.multiHeadAttention(scope, "attention", layers.layerNorm(scope, "norm", tokens), { heads: 2 });
      return { left: layers.dense(scope, "left", body, 3), right: ops.relu(layers.dense(scope, "right", body, 2)) };
    });
    expect(rolesOf(model)).toMatchObject({
      "embedding.weight": "input",
      positions: "input",
      "norm.weight": "gain",
      "attention.in_proj_weight": "hidden",
      "attention.out_proj.weight": "hidden",
      "left.weight": "head",
      "right.weight": "head",
      "left.bias": "bias",
    });
  });
});

describe("the number of parameters equals that of the same model in PyTorch", () => {
  // 16-4 and 28-10 have 2.75M and 36.5M in arXiv 1605.07146, ConvNeXt-T 28.6M in arXiv 2201.03545.
  const rows: readonly (readonly [string, Model, number])[] = [
    ["mlp", mlp(MNIST, 10), 784 * 256 + 256 + 256 * 128 + 128 + 128 * 10 + 10],
    ["lenet", lenet(MNIST, 10), 16 * 25 + 16 + 32 * 16 * 25 + 32 + 7 * 7 * 32 * 128 + 128 + 128 * 10 + 10],
    ["resnet8", resnet(CIFAR, 10, { depth: 8 }), 78_042],
    ["resnet20", resnet(CIFAR, 10), 272_474],
    ["resnet20 for one channel", resnet(MNIST, 10), 272_474 - 2 * 16 * 9],
    ["resnet110", resnet(CIFAR, 10, { depth: 110 }), 1_730_714],
    ["resnet14 of width 32", resnet(CIFAR, 10, { depth: 14, width: 32 }), 696_618],
    ["wideResnet16-4", wideResnet(CIFAR, 10), 2_748_890],
    ["wideResnet28-10", wideResnet(CIFAR, 10, { depth: 28, widening: 10 }), 36_479_194],
    ["resnet9", resnet9(CIFAR, 10), 6_573_120],
    ["airbench", airbench(CIFAR, 10), 1_971_352],
    ["vgg11", vgg(CIFAR, 10), 9_228_362],
    ["vgg13", vgg(CIFAR, 10, { depth: 13 }), 9_413_066],
    ["vgg16", vgg(CIFAR, 10, { depth: 16 }), 14_724_042],
    ["vgg19", vgg(CIFAR, 10, { depth: 19 }), 20_035_018],
    ["convnext", convnext(CIFAR, 10), 1_493_410],
    [
      "ConvNeXt-T",
      convnext([3, 224, 224], 1000, { widths: [96, 192, 384, 768], depths: [3, 3, 9, 3], patch: 4 }),
      28_589_128,
    ],
  ];
  test.each(rows)("%s", (_, model, expected) => expect(parametersOf(model)).toBe(expected));

  const PHOTO: ImageShape = [3, 224, 224];
  // The numbers of torchvision's documentation.
  const imagenet: readonly (readonly [string, () => Model, number])[] = [
    ["resnet18", () => resnet18(PHOTO, 1000), 11_689_512],
    ["resnet34", () => resnet34(PHOTO, 1000), 21_797_672],
    ["resnet50", () => resnet50(PHOTO, 1000), 25_557_032],
    ["mobilenetV2", () => mobilenetV2(PHOTO, 1000), 3_504_872],
    ["mobilenetV3Small", () => mobilenetV3(PHOTO, 1000, { size: "small" }), 2_542_856],
    ["mobilenetV3Large", () => mobilenetV3([3, 225, 190], 1000), 5_483_032],
    ["efficientnetB0", () => efficientnetB0([3, 33, 47], 1000), 5_288_548],
    ["convnextTiny", () => convnextTiny([3, 100, 75], 1000), 28_589_128],
  ];
  test.each(imagenet)("%s", (name, make, expected) => {
    const model = make();
    expect([model.name, parametersOf(model)]).toEqual([name, expected]);
    const named = (role: string): string[] => model.parameters.flatMap((one) => (one.role === role ? [one.name] : []));
    expect([named("input").length, named("head").length]).toEqual([1, 1]);
    for (const { name: of, role, shape } of model.parameters) {
      if (role === "gain" || role === "bias")
        expect(
          shape.reduce((a, b) => a * b),
          of,
        ).toBe(shape[0]);
    }
  });
});

/** A small variant of each model. */
const SMALL: Readonly<Record<string, (imageShape: ImageShape) => Model>> = {
  mlp: (imageShape) => mlp(imageShape, 10, { hidden: [16] }),
  lenet: (imageShape) => lenet(imageShape, 10, { channels: [4, 8], hidden: 16 }),
  vgg: (imageShape) => vgg(imageShape, 10, { width: 4 }),
  resnet: (imageShape) => resnet(imageShape, 10, { depth: 8, width: 4 }),
  wideResnet: (imageShape) => wideResnet(imageShape, 10, { depth: 10, widening: 1 }),
  resnet9: (imageShape) => resnet9(imageShape, 10, { width: 4 }),
  airbench: (imageShape) => airbench(imageShape, 10, { widths: [4, 8], depth: 3 }),
  convnext: (imageShape) => convnext(imageShape, 10, { widths: [8, 16], depths: [1, 1] }),
};

describe.each(Object.entries(SMALL))("%s", (name, make) => {
  test.each([MNIST, CIFAR, [3, 40, 64], [2, 33, 17]] as const)("takes images [%i, %i, %i]", (...imageShape) => {
    for (const training of [false, true]) {
      const { logits } = make(imageShape).apply(input("images", [4, ...imageShape]), { training });
      expect(logits.shape).toEqual([4, 10]);
    }
  });

  test("parameter names are unique and end as in PyTorch", () => {
    const { parameters, buffers } = make(CIFAR);
    const names = [...parameters, ...buffers].map((variable) => variable.name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name: of } of parameters) expect(of).toMatch(/^[a-z][a-z0-9_]*(\.\w+)*\.(weight|bias|gamma)$/);
    for (const { name: of } of buffers) expect(of).toMatch(/\.running_(mean|var)$|^whiten\.weight$/);
  });

  test("a step along the negative gradient lowers the loss as predicted", async () => {
    const network = createNetwork(make([1, 16, 16]), { seed: 3 });
    const { parameters } = network;
    const { logits, ...graph } = network.model.apply(input("images", [8, 1, 16, 16]), { training: true });
    const loss = ops.crossEntropy(logits, input("labels", [8], "int32"));
    const names = Object.keys(graph.parameters);
    const grads = gradients(loss, Object.values(graph.parameters));
    const outputs = Object.fromEntries(names.map((of, i) => [`gradient of ${of}`, grads[i] as Tensor]));
    const program = await compile<string>({ loss, ...outputs }, { lowering: "portable" });
    const key = randomKey(1, 0, name);
    const images = Float32Array.from({ length: 8 * 256 }, (_, i) => 2 * randomAt(i, key, 0) - 1);
    const labels = Int32Array.from({ length: 8 }, (_, i) => i);
    // Training does not compute with running statistics.
    const fixed = Object.fromEntries(Object.entries(network.buffers).filter(([of]) => !(of in graph.updates)));
    const run = (): Promise<Record<string, Float32Array>> =>
      program.run({
        images,
        labels,
        ...fixed,
        ...Object.fromEntries(names.map((of) => [of, parameters.value(of)])),
      });

    const before = await run();
    const gradientOf = (of: string): Float32Array => before[`gradient of ${of}`] as Float32Array;
    const square = names.reduce((sum, of) => sum + gradientOf(of).reduce((total, g) => total + g * g, 0), 0);
    const [start] = before.loss as Float32Array as unknown as [number];
    const expected = 0.005 * start;
    for (const of of names) {
      const value = parameters.value(of);
      gradientOf(of).forEach((g, i) => {
        value[i] = (value[i] as number) - (expected / square) * g;
      });
    }
    const [after] = (await run()).loss as Float32Array as unknown as [number];
    await program.dispose();
    expect((start - after) / expected).toBeGreaterThan(0.75);
    expect((start - after) / expected).toBeLessThan(1.25);
  });

  test("takes its initializer by name", () => {
    const model = { airbench, wideResnet, resnet9, convnext, vgg, lenet, resnet, mlp }[name] as typeof resnet;
    const { parameters } = model(CIFAR, 10, { initializer: "zeros" });
    const weights = parameters.filter(({ shape }) => shape.length > 1);
    for (const { name: of, initializer } of weights) expect(initializer([2, 2], 0, of)).toEqual(new Float32Array(4));
    expect(() => model(CIFAR, 10, { initializer: "kaiming" as "zeros" })).toThrow(/"kaiming".*one of.*kaimingNormal/);
  });
});

describe("mistakes", () => {
  const rows: readonly (readonly [what: string, make: () => Model, message: string])[] = [
    ["lenet", () => lenet([1, 3, 28], 10), "lenet: images of 3 x 28 are too small. Expected at least 4 x 4"],
    ["vgg", () => vgg([3, 32, 15], 10), "vgg11: images of 32 x 15 are too small. Expected at least 16 x 16"],
    ["resnet9", () => resnet9([3, 7, 7], 10), "resnet9: images of 7 x 7 are too small. Expected at least 8 x 8"],
    ["convnext", () => convnext([3, 6, 6], 10), "convnext: images of 6 x 6 are too small. Expected at least 8 x 8"],
    ["airbench", () => airbench([3, 8, 9], 10), "airbench: images of 8 x 9 are too small. Expected at least 9 x 9"],
    ["whitening", () => airbench(CIFAR, 10, { whitening: { filters: 25 } }), "whiten: filters = 25. Expected an even"],
    ["widths", () => airbench(CIFAR, 10, { widths: [] }), "airbench: widths = []. Expected a list of 1 to 12 whole"],
    ["depth", () => airbench(CIFAR, 10, { depth: 4 }), "airbench: depth = 4. Expected 2 or 3"],
    ["depth", () => vgg(CIFAR, 10, { depth: 12 }), "vgg: depth = 12. Expected 11, 13, 16 or 19"],
    ["depth", () => wideResnet(CIFAR, 10, { depth: 14 }), "wideResnet: depth = 14. Expected 6 n + 4, such as 10, 16"],
    ["widening", () => wideResnet(CIFAR, 10, { widening: 0.5 }), "wideResnet: widening = 0.5. Expected a whole number"],
    ["width", () => resnet9(CIFAR, 10, { width: 0 }), "resnet9: width = 0. Expected a whole number of at least 1"],
    ["width", () => resnet(CIFAR, 10, { width: 1.5 }), "resnet: width = 1.5. Expected a whole number of at least 1"],
    [
      "hidden",
      () => mlp(MNIST, 10, { hidden: [8, 0] }),
      "mlp: hidden = [8,0]. Expected a list of 0 to 200 whole numbers",
    ],
    [
      "channels",
      () => lenet(MNIST, 10, { channels: [8, NaN] }),
      'lenet: channels = [8,"NaN"]. Expected a list of 2 whole',
    ],
    ["patch", () => convnext(CIFAR, 10, { patch: 0 }), "convnext: patch = 0. Expected a whole number of at least 1"],
    [
      "logitScale",
      () => resnet9(CIFAR, 10, { logitScale: NaN }),
      "resnet9: logitScale = NaN. Expected a finite number",
    ],
    [
      "stages",
      () => convnext(CIFAR, 10, { widths: [8] }),
      "widths [8], depths [2,2,6]. Expected one width and one depth",
    ],
    ["width", () => mlp(MNIST, 10, { width: 9 } as object), "mlp: unknown option 'width': known are: hidden, dropout"],
    ["hiden", () => mlp(MNIST, 10, { hiden: [9] } as object), "mlp: unknown option 'hiden': did you mean 'hidden'?"],
    ["constructor", () => vgg(CIFAR, 10, { constructor: 1 } as object), "vgg: unknown option 'constructor'"],
    ["__proto__", () => resnet(CIFAR, 10, JSON.parse('{"__proto__":1}')), "resnet: unknown option '__proto__'"],
    ["null", () => lenet(MNIST, 10, null as never), "lenet: options = null. Expected an object"],
    ["dropout", () => lenet(MNIST, 10, { dropout: 1 }), "lenet: dropout = 1. Expected a number from 0 to below 1"],
    ["hidden", () => mlp(MNIST, 10, { hidden: Array(201).fill(1) }), "Expected a list of 0 to 200 whole numbers"],
    ["size", () => mobilenetV3(CIFAR, 10, { size: "tiny" as "small" }), 'size = "tiny". Expected large or small'],
    ["convnextTiny", () => convnextTiny([3, 31, 40], 10), "31 x 40 are too small. Expected at least 32 x 32"],
    ["depth", () => resnet18(CIFAR, 10, { depth: 18 } as object), "resnet18: unknown option 'depth'"],
    ["depth", () => resnet(CIFAR, 10, { depth: 6e9 + 2 }), "resnet: depth = 6000000002. Expected 6 n + 2, such as 8"],
    [
      "depths",
      () => convnext(CIFAR, 10, { depths: [1, 1, 1e6] }),
      "convnext: depths: 1000002 blocks. Expected at most",
    ],
    [
      "momentum",
      () => airbench(CIFAR, 10, { momentum: "fast" as never }),
      'airbench: momentum = "fast". Expected a number',
    ],
    [
      "whitening",
      () => airbench(CIFAR, 10, { whitening: { kernal: 3 } as object }),
      "airbench: whitening: unknown option 'kernal': did you mean 'kernel'?",
    ],
    ["classes", () => vgg(CIFAR, 0), "vgg11: classes = 0. Expected a whole number of at least 1"],
  ];
  test.each(rows)("%s: the error states what is expected", (_, make, message) => expect(make).toThrow(message));

  test.each([
    ["lenet", lenet([1, 4, 4], 10)],
    ["vgg", vgg([3, 16, 16], 10)],
    ["resnet9", resnet9([3, 8, 8], 10)],
    ["airbench", airbench([3, 9, 9], 10)],
    ["padded airbench", airbench([3, 8, 8], 10, { whitening: { padded: true } })],
    ["convnext", convnext([3, 8, 8], 10)],
    ["resnet", resnet([1, 1, 1], 10)],
  ])("%s takes the smallest images that it says it takes", (_, model) =>
    expect(parametersOf(model)).toBeGreaterThan(0),
  );
});

describe("checks before a model is defined", () => {
  test("its options", () => {
    expect(() => checkModelOptions("vgg", { dept: 11 })).toThrow("vgg: unknown option 'dept': did you mean 'depth'?");
    expect(() => checkModelOptions("vgg", { depth: 19, width: undefined })).not.toThrow();
  });

  test.each<[ModelName, object, number]>([
    ["mlp", {}, 1],
    ["lenet", {}, 4],
    ["airbench", { widths: [8, 8, 8], whitening: { kernel: 3 } }, 10],
    ["convnext", { widths: [8], depths: [1], patch: 4 }, 4],
  ])("the smallest images of %s with %j", (name, options, side) => {
    expect(smallestSide(name, options as never)).toBe(side);
    const make = models[name] as unknown as (shape: readonly number[], classes: number, options: object) => Model;
    expect(make([3, side, side], 2, options).classes).toBe(2);
    if (side > 1) expect(() => make([3, side - 1, side], 2, options)).toThrow("are too small");
  });

  test("an error tells the caller's line apart from the reason", () => {
    const error = ((): unknown => {
      try {
        return mlp([1, 1, 1], 2, { hidden: [0] });
      } catch (thrown) {
        return thrown;
      }
    })() as GraphError;
    expect(error.message).toMatch(/ \(at .*models\.test\.ts:\d+:\d+\)$/);
    expect(error.reason).toBe(error.message.replace(/ \(at .*\)$/, ""));
  });
});

describe("summary", () => {
  const model = lenet(MNIST, 10, { channels: [2, 4], hidden: 8 });

  test("has the shapes, parameters and work of each layer", () => {
    const { rows, totals } = summary(model, { batchSize: 2 });
    expect(rows.map(({ name, kind }) => [name, kind])).toEqual([
      ["conv1", "conv2d"],
      ["conv2", "conv2d"],
      ["hidden", "dense"],
      ["classifier", "dense"],
    ]);
    expect(rows[1]).toEqual({
      name: "conv2",
      kind: "conv2d",
      outputShape: [2, 4, 14, 14],
      parameters: 4 * 2 * 25 + 4,
      multiplyAdds: 2 * 4 * 14 * 14 * 2 * 25,
      memory: 4 * 2 * 4 * 14 * 14,
    });
    const sum = (of: "parameters" | "multiplyAdds" | "memory"): number =>
      rows.reduce((total, row) => total + row[of], 0);
    expect(totals).toEqual({
      parameters: parametersOf(model),
      multiplyAdds: sum("multiplyAdds"),
      memory: sum("memory"),
      parameterMemory: 4 * parametersOf(model),
    });
  });

  test.each(Object.entries(SMALL))("its rows have all parameters of %s", (_, make) => {
    const { rows, totals } = summary(make(CIFAR));
    expect(rows.reduce((total, { parameters }) => total + parameters, 0)).toBe(totals.parameters);
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  });

  test("is written as a table", () => {
    expect(String(summary(model))).toBe(
      [
        "lenet: [1, 1, 28, 28] to [1, 10]",
        "Layer       Kind    Output          Parameters  Multiply-adds   Memory",
        "----------  ------  --------------  ----------  -------------  -------",
        "conv1       conv2d  [1, 2, 28, 28]          52         39,200  6.1 KiB",
        "conv2       conv2d  [1, 4, 14, 14]         204         39,200  3.1 KiB",
        "hidden      dense   [1, 8]               1,576          1,568  0.0 KiB",
        "classifier  dense   [1, 10]                 90             80  0.0 KiB",
        "----------  ------  --------------  ----------  -------------  -------",
        "Total                                    1,922         80,048  9.3 KiB",
        "Parameters: 7.5 KiB. Forward pass: 160,096 floating-point operations.",
      ].join("\n"),
    );
  });

  test("rejects a batch without images", () =>
    expect(() => summary(model, { batchSize: 0 })).toThrow("summary: batchSize = 0. Expected a whole number"));
});
