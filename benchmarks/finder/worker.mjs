// Does one job at a time for ../finder.mjs: a training at a rate, or a range test.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createNetwork } from "@downhill/graph";
import { openDataSet } from "@downhill/images";
import {
  buildModel,
  buildOptimizer,
  buildSchedule,
  DivergedError,
  resolveConfig,
  searchRates,
  train,
} from "@downhill/train";
import { configOf } from "./grid.mjs";

process.on("message", async ({ kind, task, optimizer, seed, lr, settings }) => {
  const config = configOf(task, optimizer, seed);
  // Sets without a name of their own are folders beside those that have one.
  const folder = join(process.env.DOWNHILL_DATA, config.data);
  const given = { ...config, data: existsSync(folder) ? folder : config.data };
  process.send(kind === "find" ? await find(given, settings) : await trainAt({ ...given, lr }));
});

async function find(given, settings = {}) {
  const [{ suggestions, refusal, curve, seconds }] = await searchRates(
    { given, settings },
    { emit: () => {}, shouldStop: () => false },
  );
  const rates = Object.entries(suggestions).map(([name, suggestion]) => [name, suggestion?.lr ?? null]);
  return { suggestions: Object.fromEntries(rates), refusal, curve, seconds };
}

async function trainAt(given) {
  const { data: source, seed, imageSize, trainLimit } = given;
  const data = await openDataSet(source, {
    seed,
    ...(imageSize ? { imageSize } : {}),
    ...(trainLimit ? { trainLimit } : {}),
  });
  const config = resolveConfig(given, data);
  const { epochs, batchSize } = config;
  const classes = data.classNames.length;
  const stepsPerEpoch = Math.ceil(data.train.length / batchSize);
  const schedule = buildSchedule(config.schedule, config.lr, { stepsPerEpoch, totalSteps: epochs * stepsPerEpoch });
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  try {
    const { evaluation } = await train({
      network: createNetwork(buildModel(config.model, data.imageShape, classes, config.modelOptions), { seed }),
      data,
      optimizer: buildOptimizer(config, schedule),
      epochs,
      batchSize,
      seed,
      augment: config.augment,
      evaluateEvery: epochs,
      threads: config.threads,
    });
    return { accuracy: evaluation.accuracy, seconds: seconds() };
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    // As good as guessing.
    return { accuracy: 1 / classes, seconds: seconds() };
  }
}
