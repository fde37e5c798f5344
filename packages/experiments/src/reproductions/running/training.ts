import type { DataSet } from "@downhill/images";
import { defined } from "@downhill/optim/defined";
import { type Callback, DivergedError, type FitSettings, fit, prepareNetwork, resolveConfig } from "@downhill/train";
import type { CurvePoint } from "../../comparison/outcome.ts";

/** Settings of a training, with the names and defaults of the command line's. The learning rate has no range test. */
export interface TrainingSettings extends FitSettings {
  /** Data set; default that of the reproduction. */
  readonly data?: string;
  readonly trainLimit?: number;
  readonly testLimit?: number;
  readonly model: string;
  readonly modelOptions?: Readonly<Record<string, unknown>>;
  readonly optimizer?: string;
  readonly lr: number;
  readonly seed: number;
}

/** Training of a reproduction. */
export interface Training {
  /** Name in progress, tables and files. It is unique within the reproduction. */
  readonly name: string;
  readonly settings: TrainingSettings;
}

/** Scores after an epoch: `loss` and `accuracy` are those of held-out images. */
export interface TrainedEpoch extends CurvePoint {
  readonly trainLoss: number | null;
  readonly trainAccuracy: number | null;
}

/** Numbers of each step, before its update. */
export interface TrainedSteps {
  readonly lr: readonly number[];
  /** Loss of the batch; null if it is not finite. */
  readonly loss: readonly (number | null)[];
  readonly gradientNorm: readonly (number | null)[];
}

/** Result of a training. */
export interface TrainingResult {
  /** Reason for an early end with a loss that is not finite; null for a complete training. */
  readonly diverged: string | null;
  /** Last loss on held-out images; null if the training diverged. */
  readonly loss: number | null;
  /** Last accuracy on held-out images, 0 to 1; null if the training diverged. */
  readonly accuracy: number | null;
  /** Number of updates. */
  readonly updates: number;
  /** Time of the training steps, in seconds. */
  readonly seconds: number;
  readonly epochs: readonly TrainedEpoch[];
  readonly steps: TrainedSteps;
}

/** Surroundings of a training. */
export interface TrainingSurroundings {
  readonly data: DataSet;
  readonly threads: number;
  /** Returns true if a stop is requested; called before each step. */
  readonly shouldStop: () => boolean;
  /** Further callbacks. */
  readonly callbacks?: readonly Callback[];
}

/**
 * Trains a network in this thread. Each epoch is evaluated on test images, or on validation images if there are none. The
 * last weights count. The result depends on the settings, the images and the number of threads only.
 * @returns the result; incomplete if a stop is requested
 */
export async function runTraining(
  { data: name = "", trainLimit: _, testLimit: _t, model, modelOptions, ...settings }: TrainingSettings,
  { data, threads, shouldStop, callbacks = [] }: TrainingSurroundings,
): Promise<TrainingResult> {
  const { seed, lr } = settings;
  const network = prepareNetwork(
    resolveConfig({ data: name, model, lr, seed, ...defined({ modelOptions }) }, data),
    data,
  );
  const [epochs, steps] = [
    [] as TrainedEpoch[],
    { lr: [] as number[], loss: [] as Rounded[], gradientNorm: [] as Rounded[] },
  ];
  let seconds = 0;
  const record: Callback = {
    name: "record",
    onStep: (line, { spent }) => {
      seconds = spent.milliseconds / 1000;
      steps.lr.push(rounded(line.lr as number) ?? 0);
      steps.loss.push(rounded(line.loss));
      steps.gradientNorm.push(rounded(line.gradientNorm));
    },
    onEpoch: ({ epoch, steps: updates, train, evaluation }) => {
      epochs.push({
        epoch,
        updates,
        seconds: rounded(seconds) ?? 0,
        loss: rounded(evaluation?.loss),
        accuracy: rounded(evaluation?.accuracy),
        trainLoss: rounded(train.loss),
        trainAccuracy: rounded(train.accuracy),
      });
    },
  };
  const ended = (diverged: string | null): TrainingResult => {
    const last = diverged === null ? epochs.at(-1) : undefined;
    const { loss = null, accuracy = null } = last ?? {};
    return { diverged, loss, accuracy, updates: steps.lr.length, seconds, epochs, steps };
  };
  try {
    // Without a validation part, which would end the training early and keep its best weights.
    const parts = { train: data.train, test: data.test ?? data.validation, normalization: data.normalization };
    await fit(network, parts, {
      threads,
      tune: false,
      ...settings,
      shouldStop,
      callbacks: [record, ...callbacks],
      progress: false,
    });
    return ended(null);
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    return ended(error.problem);
  }
}

type Rounded = number | null;

/** Rounds a number to six digits for files; null if it is not finite. */
const rounded = (value: number | undefined): Rounded =>
  value !== undefined && Number.isFinite(value) ? Number(value.toPrecision(6)) : null;
