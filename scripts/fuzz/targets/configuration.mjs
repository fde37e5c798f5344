import assert from "node:assert/strict";
import { createNetwork, summary } from "@downhill/graph";
import { parseConfig, resolveConfig } from "@downhill/train";
import { checkGroups } from "../../../packages/train/dist/config/check-groups.js";
import { buildModel } from "../../../packages/train/dist/config/model.js";
import { planRun } from "../../../packages/train/dist/config/run-plan.js";
import { prepareTraining } from "../../../packages/train/dist/run/prepare.js";
import { mutateJson, mutateText } from "../mutate.mjs";

const CONFIGURATIONS = [
  {
    data: "photos",
    model: "resnet8",
    modelOptions: { width: 8 },
    optimizer: "adamw",
    lr: 0.002,
    momentum: 0.9,
    weightDecay: { kind: "cosine" },
    hyperparameters: { beta2: 0.99 },
    schedule: { kind: "cosine", etaMin: 1e-5 },
    augment: ["crop", { kind: "flip" }],
    epochs: 2,
    batchSize: 16,
    seed: 1,
  },
  {
    data: "sample",
    model: "mlp",
    modelOptions: { hidden: [8, 4] },
    optimizer: "sgd",
    groups: [
      { match: "bias", lrFactor: 0.5 },
      { match: "hidden", frozen: true },
    ],
    schedule: "oneCycle",
    warmup: 0.5,
    clipNorm: 1,
    ema: 0.9,
    lookahead: true,
    batchSchedule: { kind: "step", stepSize: 1, gamma: 2 },
    largestBatch: 32,
    order: "easy-first",
    labelSmoothing: 0.1,
    evaluateEvery: 2,
    threads: 1,
    device: "cpu",
  },
  {
    data: "x",
    schedule: { kind: "plateau", patience: 2 },
    increaseBatchInsteadOfDecay: false,
    testTimeAugmentation: "flip",
  },
];
const WORDS = ["null", "{", "}", "[", "]", ",", ":", '"', "__proto__", "1e999", "-", "\ufeff", "true"];
/** The maximum number of parameters of a model that is built and bound; larger models only take memory. */
const LARGEST = 300_000;

/** Tests configurations: an accepted one builds a model, an optimizer and its schedules. */
export async function prepare() {
  return { imageShape: [3, 32, 32], classNames: ["cat", "dog"], train: { length: 64 }, validation: null };
}

export async function run(data, random) {
  const given = random.pick(CONFIGURATIONS);
  const text = random.share() < 0.8 ? mutateJson(given, random) : mutateText(JSON.stringify(given), random, WORDS);
  const parsed = parseConfig(parseJson(text), "fuzz.json");
  const config = resolveConfig(parsed, data);
  const model = buildModel(config.model, data.imageShape, data.classNames.length, config.modelOptions);
  if (summary(model).totals.parameters > LARGEST) return;
  const network = createNetwork(model, { seed: 0 });
  checkGroups(
    config.groups,
    model.parameters.map(({ name }) => name),
  );
  const { optimizer, totalSteps, schedule } = prepareTraining(planRun(config, data), network);
  assert.ok(Number.isSafeInteger(totalSteps) && totalSteps > 0, "steps");
  assert.ok(schedule === null || typeof schedule === "object");
  const updater = optimizer.bind(network.parameters, { seed: 0 });
  updater.step();
}

/** Texts that are not JSON are refused before they are read as a configuration. */
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw Object.assign(error, { name: "ConfigError" });
  }
}
