import { randomAt, randomKey } from "@downhill/optim/random";
import { describe, expect, test } from "vitest";
import { sizeOf } from "../src/core/shape.ts";
import {
  airbench,
  compile,
  convnext,
  gradients,
  type ImageShape,
  input,
  type Model,
  ops,
  resnet9,
  type Shape,
  type Tensor,
  vgg,
  wideResnet,
} from "../src/index.ts";
import golden from "./fixtures/models.json" with { type: "json" };

const { batch } = golden;
const imageShape = golden.imageShape as unknown as ImageShape;

const MODELS: Readonly<Record<string, Model>> = {
  vgg: vgg(imageShape, 10, { width: 4 }),
  wideResnet: wideResnet(imageShape, 10, { widening: 2 }),
  resnet9: resnet9(imageShape, 10, { width: 4 }),
  convnext: convnext(imageShape, 10, { widths: [8, 16], depths: [1, 2] }),
  airbench: airbench(imageShape, 10, { widths: [4, 8], depth: 3 }),
};

/** Numbers in [-1, 1), equal to those of the fixture's generator. */
function signed(shape: Shape, seed: number, name: string): Float32Array {
  const key = randomKey(seed, 0, name);
  return Float32Array.from({ length: sizeOf(shape) }, (_, i) => 2 * randomAt(i, key, 0) - 1);
}

function initialValues(name: string, shape: Shape): Float32Array {
  const root = Math.sqrt(sizeOf(shape.slice(1)));
  return signed(shape, 1, name).map((value) => (shape.length > 1 ? value / root : 1 + value / 2));
}

describe(`logits, loss and gradients in training, as ${golden.source} in float64`, () => {
  test.each(golden.cases)("$model", async ({ model: name, logits: expected, loss: expectedLoss, gradientLengths }) => {
    const model = MODELS[name] as Model;
    expect(model.parameters.map((parameter) => parameter.name).sort()).toEqual(Object.keys(gradientLengths).sort());
    const { logits, parameters, updates } = model.apply(input("images", [batch, ...imageShape]), { training: true });
    const loss = ops.crossEntropy(logits, input("labels", [batch], "int32"));
    const names = Object.keys(parameters);
    const grads = gradients(loss, Object.values(parameters));
    const lengths = Object.fromEntries(
      names.map((of, i) => [`length of ${of}`, ops.sqrt(ops.sum(ops.square(grads[i] as Tensor)))]),
    );
    const program = await compile<string>({ logits, loss, ...lengths });
    // Training computes with whitening filters, but not with running statistics.
    const given = [...model.parameters, ...model.buffers.filter(({ name: of }) => !(of in updates))];
    const results = await program.run({
      images: signed([batch, ...imageShape], 2, "images"),
      labels: Int32Array.from({ length: batch }, (_, i) => i),
      ...Object.fromEntries(given.map(({ name: of, shape }) => [of, initialValues(of, shape)])),
    });
    await program.dispose();

    const largest = Math.max(...expected.map(Math.abs));
    for (const [i, value] of expected.entries()) {
      expect(Math.abs((results.logits?.[i] as number) - value), `logit ${i}`).toBeLessThan(1e-4 * largest);
    }
    expect(results.loss?.[0]).toBeCloseTo(expectedLoss, 4);
    const longest = Math.max(...Object.values(gradientLengths));
    for (const [of, length] of Object.entries(gradientLengths)) {
      expect(Math.abs((results[`length of ${of}`]?.[0] as number) - length), of).toBeLessThan(1e-4 * longest);
    }
  });
});
