// Process of ../finder.mjs that does one job at a time: a training at a rate, or a range test.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openDataSet } from "@downhill/images";
import { DivergedError, rateSource, resolveConfig, searchRates, train } from "@downhill/train";
import { planRun } from "../../packages/train/dist/config/run-plan.js";
import { prepareNetwork, prepareTraining } from "../../packages/train/dist/run/prepare.js";
import { configOf } from "./grid.mjs";

process.on("message", async ({ kind, task, optimizer, lr, settings, ...rest }) => {
  const config = configOf(task, optimizer, rest);
  // Data sets that `openDataSet` does not know by name are folders next to the others.
  const folder = join(process.env.DOWNHILL_DATA, config.data);
  const given = { ...config, data: existsSync(folder) ? folder : config.data };
  process.send(kind === "find" ? await find(given, settings) : await trainAt({ ...given, lr }));
});

/** Runs the range test that `downhill train` would do before these trainings. */
async function find(given, settings) {
  const data = await open(given);
  const config = resolveConfig(given, data);
  const { totalSteps } = planRun(config, data).clock;
  // "auto" requires the test even where a training is too short for one.
  const source = rateSource({ ...given, lr: "auto" }, config, totalSteps);
  const [{ chosen, suggestions, refusal, curve, steps, seconds }] = await searchRates(
    { given, settings: settings ?? { steps: source.steps } },
    { emit: () => {}, shouldStop: () => false },
  );
  const rates = Object.entries({ chosen, ...suggestions }).map(([name, suggestion]) => [name, suggestion?.lr ?? null]);
  return { suggestions: Object.fromEntries(rates), refusal, curve, steps, seconds };
}

async function trainAt(given) {
  const data = await open(given);
  const config = resolveConfig(given, data);
  const { network, optimizer, batchSize } = prepareTraining(planRun(config, data), prepareNetwork(config, data));
  const { epochs, seed, augment, labelSmoothing, threads } = config;
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  try {
    const { evaluation } = await train({
      network,
      data,
      optimizer,
      epochs,
      batchSize,
      seed,
      augment,
      labelSmoothing,
      evaluateEvery: epochs,
      threads,
    });
    return { accuracy: evaluation.accuracy, seconds: seconds() };
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    // Counts as guessing.
    return { accuracy: 1 / data.classNames.length, seconds: seconds() };
  }
}

const open = ({ data, seed, imageSize, trainLimit, testLimit }) =>
  openDataSet(data, {
    seed,
    ...(imageSize ? { imageSize } : {}),
    ...(trainLimit ? { trainLimit } : {}),
    ...(testLimit ? { testLimit } : {}),
  });
