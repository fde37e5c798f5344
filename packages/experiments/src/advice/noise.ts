import { join } from "node:path";
import { openData, openRun, TrainError } from "@downhill/train";
import { readSealedJson, sealJson, writeAtomically } from "@downhill/train/files";
import { z } from "zod";
import { gradientNoiseScale } from "../noise-scale/gradient-noise-scale.ts";
import type { MeasuredNoise } from "./experiment.ts";

/** Largest batch size and number of batches of the measurement. */
const [BATCH_SIZE, BATCHES] = [32, 128];

/** Images whose gradients are computed to measure the noise scale. */
export const NOISE_IMAGES = BATCH_SIZE * BATCHES;

/** Result of the measurement: the contents of `noise-scale.json`. */
export interface NoiseOutcome {
  /** Null if it failed. */
  readonly measured: MeasuredNoise | null;
  /** Time of the measurement's process in seconds. */
  readonly elapsed: number;
  /** Reason for a failure; null without one. */
  readonly problem: string | null;
}

const value = z.number().nullable();
const schema = z.looseObject({
  measured: z.looseObject({ noiseScale: value, interval: z.tuple([value, value]) }).nullable(),
  elapsed: z.number(),
  problem: z.string().nullable(),
});

const pathOf = (folder: string): string => join(folder, "noise-scale.json");

/** Reads the measurement of an advice; null if it has not ended. */
export const readNoise = (folder: string): NoiseOutcome | null =>
  readSealedJson<NoiseOutcome>(pathOf(folder), schema, [{ act: "remove the file, so that it is measured again" }]);

/** Writes the measurement of an advice. */
export const writeNoise = (folder: string, outcome: NoiseOutcome): void =>
  writeAtomically(pathOf(folder), sealJson(outcome, 2));

/** Measures the gradient noise scale at the final weights of a run, on its training images. A failure leaves it unknown. */
export async function measureNoise(run: string): Promise<Omit<NoiseOutcome, "elapsed">> {
  try {
    return { measured: await measure(run), problem: null };
  } catch (error) {
    if (!(error instanceof TrainError)) throw error;
    return { measured: null, problem: error.problem };
  }
}

async function measure(run: string): Promise<MeasuredNoise> {
  const { facts, network } = openRun(run);
  const data = await openData(facts.given, undefined, () => {});
  const { augment, loss, classWeights, labelSmoothing, seed, threads } = facts.config;
  const images = data.train.length;
  const batchSize = Math.min(BATCH_SIZE, Math.max(1, Math.floor(images / 16)));
  if (images < 16) throw new TrainError(`${run}: ${images} training images. Expected at least 16.`);
  const { noiseScale, interval } = await gradientNoiseScale({
    network,
    data,
    augment,
    loss,
    classWeights,
    labelSmoothing,
    seed,
    threads,
    tune: false,
    batchSize,
    batches: BATCHES,
  });
  return { noiseScale: finite(noiseScale), interval: [finite(interval[0]), finite(interval[1])] };
}

const finite = (one: number): number | null => (Number.isFinite(one) ? one : null);
