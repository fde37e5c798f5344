import type { Network } from "@downhill/graph";
import type { Updater } from "@downhill/optim";
import { TrainError } from "../error.ts";
import type { Evaluation } from "../evaluation/scores.ts";
import type { Checkpoint, Spent } from "./checkpoint.ts";
import type { PhaseName } from "./phases.ts";
import type { Position } from "./plan.ts";

/**
 * Numbers of a step, which is one update, with every hyperparameter in force and every metric by its name: a line of the
 * metrics file, in which NaN is null.
 */
export type StepLine = {
  readonly step: number;
  readonly epoch: number;
  /** Mean loss over the images of the step before the update, including label smoothing. */
  readonly loss: number;
  /** Share of correct predictions; NaN without class labels. */
  readonly accuracy: number;
  /** Number of images of the step, in all its batches if gradients accumulate. */
  readonly batchSize: number;
  /** Global norm of the mean gradient before clipping. */
  readonly gradientNorm: number;
  /** Noise scale of the step, from learning rate, batch size and momentum (see optim's `noiseScale`). */
  readonly noiseScale?: number;
} & Readonly<Record<string, number>>;

/** Metrics of an epoch: a line of the metrics file. */
export interface EpochLine {
  readonly epoch: number;
  /** Trained part of the model; absent if the body is never frozen. */
  readonly phase?: PhaseName;
  /** Number of steps at the end of the epoch. */
  readonly steps: number;
  /** Batch size of an update, over all batches if gradients accumulate; the last one may be smaller. Older runs lack it. */
  readonly batchSize?: number;
  /** Noise scale at the end of the epoch for a full step (see optim's `noiseScale`). */
  readonly noiseScale?: number;
  /** Means over the batches of the epoch, measured during training and on augmented images. */
  readonly train: {
    readonly loss: number;
    readonly accuracy: number;
    /** Metrics of the training by name; absent if there are none. */
    readonly metrics?: Readonly<Record<string, number>>;
  };
  /** Evaluation on held-out images; null if there are none or the epoch was not evaluated. */
  readonly evaluation:
    | ({ readonly part: EvaluationPart } & Pick<
        Evaluation,
        "loss" | "accuracy" | "top5" | "calibrationError" | "perClass"
      > &
        // Older runs have no balanced accuracy.
        Partial<Pick<Evaluation, "balancedAccuracy" | "metrics">>)
    | null;
}

/** Part of the data that is evaluated. */
export type EvaluationPart = "validation" | "test";

/** State of a training, for callbacks. */
export interface Training {
  readonly network: Network;
  readonly updater: Updater;
  readonly position: Position;
  readonly spent: Spent;
  readonly device: DeviceFacts;
  /** Part that epochs are evaluated on; null if no images are held out. */
  readonly evaluationPart: EvaluationPart | null;
  /**
   * Returns a copy of everything that is needed to resume the training. Within a step, it is that of the beginning of the
   * step.
   * @throws Error during an evaluation, and after the end of the training
   */
  checkpoint(): Checkpoint;
  /**
   * Runs `evaluate` while the network holds the weights for evaluation: averages if the optimizer keeps them, with the
   * statistics of batch norm measured for them.
   */
  withEvaluationWeights<T>(evaluate: () => T | Promise<T>): Promise<T>;
  /** Returns copies of the parameters and buffers for evaluation, by name. */
  evaluationWeights(): Promise<Record<string, Float32Array>>;
  /** Ends the training after this step or epoch. */
  stop(reason: string): void;
}

/** Device of a training, the layout of convolutions and the reason for them. */
export interface DeviceFacts {
  readonly name: string;
  readonly threads: number;
  readonly lowering: string;
  readonly reason: string;
}

/** Hook into a training. State that it keeps between steps must be part of checkpoints. */
export interface Callback {
  /** Unique name, which identifies the state in checkpoints. */
  readonly name: string;
  /** Called before the first step, also after a resume. */
  onStart?(training: Training): void | Promise<void>;
  onStep?(line: StepLine, training: Training): void | Promise<void>;
  /**
   * Called if the loss or a gradient is not finite. If any callback returns true, the update is skipped; otherwise the
   * training ends with a DivergedError.
   */
  onNonFinite?(loss: number, step: number, training: Training): boolean;
  /**
   * Called after each epoch.
   * @param evaluation full evaluation, which the line summarizes
   */
  onEpoch?(line: EpochLine, evaluation: Evaluation | null, training: Training): void | Promise<void>;
  /**
   * Returns true if the training keeps the evaluation weights of the last epoch, to return them at its end. Called after
   * `onEpoch`. Later weights replace those that are kept.
   */
  keepsWeights?(): boolean;
  /**
   * Called after the last step, before the network receives the weights that are returned.
   * @param reason reason for an end before the last epoch; null otherwise
   */
  onEnd?(reason: string | null, training: Training): void | Promise<void>;
  /** Returns the state as plain JSON. */
  state?(): unknown;
  restore?(state: unknown): void;
}

/** Restores the saved state of a callback. A callback that the checkpoint lacks keeps its initial state. */
export function restoreCallback(callback: Callback, states: Checkpoint["callbacks"]): void {
  if (!Object.hasOwn(states, callback.name)) return;
  try {
    callback.restore?.(states[callback.name]);
  } catch (error) {
    throw new TrainError(`the checkpoint has an invalid state of '${callback.name}': ${(error as Error).message}`, {
      cause: error,
    });
  }
}
