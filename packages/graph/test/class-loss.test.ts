import { expect, test } from "vitest";
import { type ClassLoss, compileTrainingStep, createNetwork, mlp } from "../src/index.ts";

const CLASSES = 3;
const IMAGES = Float32Array.from({ length: 5 * 4 }, (_, i) => Math.sin(3 * i + 1));
const LABELS = Int32Array.of(0, 2, 1, 2, 2);
const OTHERS = Int32Array.of(1, 2, 0, 1, 2);
const SHARES = Float32Array.of(1, 0.5, 0.75, 0.25, 1);
const WEIGHTS = [0.5, 2, 3];

/** One dense layer, so that logits and gradients have closed forms. */
const network = () => createNetwork(mlp([1, 2, 2], CLASSES, { hidden: [] }), { seed: 1 });

/** Logits of the images, in float64. */
function logits(): number[][] {
  const { parameters, model } = network();
  const [weight, bias] = model.parameters.map(({ name }) => parameters.value(name)) as [Float32Array, Float32Array];
  return Array.from({ length: 5 }, (_, i) =>
    Array.from({ length: CLASSES }, (_, k) =>
      Array.from({ length: 4 }, (_, j) => (weight[k * 4 + j] as number) * (IMAGES[i * 4 + j] as number)).reduce(
        (sum, term) => sum + term,
        bias[k] as number,
      ),
    ),
  );
}

const probability = (row: readonly number[], label: number): number =>
  Math.exp(row[label] as number) / row.reduce((sum, z) => sum + Math.exp(z), 0);

/** Definitions of the losses of one image. */
const LOSSES: readonly (readonly [loss: ClassLoss, of: (row: readonly number[], label: number) => number])[] = [
  ["crossEntropy", (row, label) => -Math.log(probability(row, label))],
  ["focal", (row, label) => -((1 - probability(row, label)) ** 2) * Math.log(probability(row, label))],
  [
    { kind: "focal", gamma: 0.5 },
    (row, label) => -((1 - probability(row, label)) ** 0.5) * Math.log(probability(row, label)),
  ],
  [
    "binaryCrossEntropy",
    (row, label) => row.reduce((sum, z, k) => sum + Math.log(1 + Math.exp(k === label ? -z : z)), 0) / CLASSES,
  ],
  [
    { kind: "multiMargin", margin: 0.5 },
    (row, label) =>
      row.reduce((sum, z, k) => sum + (k === label ? 0 : Math.max(0, 0.5 - (row[label] as number) + z)), 0) / CLASSES,
  ],
];

const cases = LOSSES.flatMap(
  ([loss, of]) =>
    [
      { loss, classWeights: undefined, mixed: false, of },
      { loss, classWeights: WEIGHTS, mixed: true, of },
    ] as const,
);

test.each(cases)("the loss by hand: %j", async ({ loss, classWeights, mixed, of }) => {
  const weightOf = (label: number): number => classWeights?.[label] ?? 1;
  let [sum, weights] = [0, 0];
  for (const [i, row] of logits().entries()) {
    const own = mixed ? (SHARES[i] as number) : 1;
    for (const [label, share] of [
      [LABELS[i] as number, own],
      [OTHERS[i] as number, 1 - own],
    ] as const) {
      sum += share * weightOf(label) * of(row, label);
      weights += share * weightOf(label);
    }
  }
  const step = await compileTrainingStep(network(), { batchSize: 5, loss, mixed, classWeights, tune: false });
  const mix = mixed ? { mix: { labels: OTHERS, share: SHARES } } : {};
  expect((await step.run(IMAGES, LABELS, mix)).loss).toBeCloseTo(sum / weights, 5);
  await step.dispose();
});

test("the gradient of the weighted cross-entropy is that of PyTorch: weighted, over the sum of the weights", async () => {
  const trained = network();
  const step = await compileTrainingStep(trained, { batchSize: 5, classWeights: WEIGHTS, tune: false });
  await step.run(IMAGES, LABELS);
  const bias = trained.model.parameters.at(-1)?.name as string;
  const total = LABELS.reduce((sum, label) => sum + (WEIGHTS[label] as number), 0);
  for (const k of [0, 1, 2]) {
    const expected = logits().reduce((sum, row, i) => {
      const label = LABELS[i] as number;
      return sum + ((WEIGHTS[label] as number) / total) * (probability(row, k) - (k === label ? 1 : 0));
    }, 0);
    expect(trained.parameters.gradient(bias)[k]).toBeCloseTo(expected, 5);
  }
  await step.dispose();
});

test.each([
  [{ loss: "vocal" }, "unknown loss 'vocal': did you mean 'focal'?"],
  [{ loss: { kind: "focal", alpha: 1 } }, "the loss focal has no argument 'alpha'. Expected gamma."],
  [{ loss: { kind: "focal", gamma: -1 } }, "gamma = -1 of the loss focal. Expected a number of at least 0."],
  [{ loss: { kind: "multiMargin", margin: 0 } }, "margin = 0 of the loss multiMargin. Expected a number above 0."],
  [{ loss: "focal", labelSmoothing: 0.1 }, "labelSmoothing = 0.1 with the loss focal"],
  [{ classWeights: [1, 2] }, "classWeights has 2 numbers. Expected 3, one for each class."],
  [{ classWeights: [1, 0, 2] }, "classWeights[1] = 0. Expected a number above 0."],
])("a loss that does not fit: %j", async (options, message) => {
  await expect(compileTrainingStep(network(), { batchSize: 5, ...(options as object) })).rejects.toThrow(message);
});
