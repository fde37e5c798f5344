import type { Callback } from "@downhill/train";
import { type GradientNoiseScale, gradientNoiseScale } from "../../noise-scale/gradient-noise-scale.ts";
import { runTraining, type TrainingSettings, type TrainingSurroundings } from "../running/training.ts";

/** Images over which the training loss is averaged. */
const WINDOW = 2048;

/** Number of updates until the training loss reaches a target. */
export interface ToTarget {
  /** Null if the training does not reach the target. */
  readonly updates: number | null;
}

/**
 * Returns a computation that trains until the mean loss of the last 2,048 training images is at most a target.
 * @param mostUpdates number of updates after which the training gives up
 */
export const updatesToTarget =
  (target: number, mostUpdates: number) =>
  async (settings: TrainingSettings, surroundings: TrainingSurroundings): Promise<ToTarget> => {
    const recent: { loss: number; images: number }[] = [];
    let [loss, images] = [0, 0];
    let updates: number | null = null;
    const watch: Callback = {
      name: "target",
      onStep(line, training) {
        recent.push({ loss: line.loss * line.batchSize, images: line.batchSize });
        loss += line.loss * line.batchSize;
        images += line.batchSize;
        while (images - (recent[0]?.images ?? images) >= WINDOW) {
          const oldest = recent.shift() as (typeof recent)[number];
          loss -= oldest.loss;
          images -= oldest.images;
        }
        if (images >= WINDOW && loss / images <= target) {
          updates = line.step + 1;
          training.stop("the loss has reached its target");
        } else if (line.step + 1 >= mostUpdates) training.stop("the target is out of reach");
      },
    };
    await runTraining(settings, { ...surroundings, callbacks: [...(surroundings.callbacks ?? []), watch] });
    return { updates };
  };

/** Gradient noise scale at a step of a training. */
export interface NoiseAtStep extends GradientNoiseScale {
  /** Number of updates before the measurement. */
  readonly updates: number;
}

/** Gradient noise scales of a training. */
export interface NoiseCourse {
  readonly noise: readonly NoiseAtStep[];
}

/**
 * Returns a computation that trains, and measures the gradient noise scale after given numbers of updates.
 * @param at numbers of updates, ascending; the training ends after the last one
 */
export const noiseDuring =
  (at: readonly number[]) =>
  async (settings: TrainingSettings, surroundings: TrainingSurroundings): Promise<NoiseCourse> => {
    const noise: NoiseAtStep[] = [];
    const { data, threads } = surroundings;
    const measure: Callback = {
      name: "noise",
      async onStep({ step }, training) {
        if (!at.includes(step + 1)) return;
        const { seed } = settings;
        const { network } = training;
        noise.push({ updates: step + 1, ...(await gradientNoiseScale({ network, data, threads, seed, tune: false })) });
        if (step + 1 === at.at(-1)) training.stop("all measurements are complete");
      },
    };
    await runTraining(settings, { ...surroundings, callbacks: [...(surroundings.callbacks ?? []), measure] });
    return { noise };
  };
