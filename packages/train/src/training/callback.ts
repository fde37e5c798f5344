import type { Network } from "@downhill/graph";
import type { Updater } from "@downhill/optim";
import { TrainError } from "../error.ts";
import type { Evaluation } from "../evaluation/scores.ts";
import type { Checkpoint, Spent } from "./checkpoint.ts";
import type { Position } from "./plan.ts";

/** What a step came to, and every hyperparameter in force by its name: a line of the metrics. */
export type StepLine = {
  readonly step: number;
  readonly epoch: number;
  /** The mean over the batch, before the update; with label smoothing, if that is on. */
  readonly loss: number;
  readonly accuracy: number;
  readonly batchSize: number;
  /** The root of the sum of the gradient's squares, over all parameters, before any clipping. */
  readonly gradientNorm: number;
  /** Of this step: rate, batch size and momentum in one number (see optim's `noiseScale`). */
  readonly noiseScale?: number;
} & Readonly<Record<string, number>>;

/** What an epoch came to. */
export interface EpochLine {
  readonly epoch: number;
  /** Updates taken until its end. */
  readonly steps: number;
  /** Images of its steps; the last may have had fewer. Of older runs not there. */
  readonly batchSize?: number;
  /** At its end, of a whole batch (see optim's `noiseScale`). */
  readonly noiseScale?: number;
  /** Means over the epoch's batches, each at its time: the model was still learning, on augmented images. */
  readonly train: { readonly loss: number; readonly accuracy: number };
  /** On images that it is not trained on; null where there are none, or this epoch was not judged. */
  readonly evaluation:
    | ({ readonly part: EvaluationPart } & Pick<
        Evaluation,
        "loss" | "accuracy" | "top5" | "calibrationError" | "perClass"
      >)
    | null;
}

export type EvaluationPart = "validation" | "test";

/** A training as its callbacks see it. */
export interface Training {
  readonly network: Network;
  readonly updater: Updater;
  readonly position: Position;
  readonly spent: Spent;
  readonly device: DeviceFacts;
  /** The part that epochs are evaluated on; null where no images are held out. */
  readonly evaluationPart: EvaluationPart | null;
  /** Everything from which the training can go on; copies. */
  checkpoint(): Checkpoint;
  /** Parameters and buffers to judge and predict with, by name: averages where the optimizer keeps some; copies. */
  evaluationWeights(): Record<string, Float32Array>;
  /** Ends the training after this step or epoch. */
  stop(reason: string): void;
}

/** What computes, how convolutions are written, and why. */
export interface DeviceFacts {
  readonly name: string;
  readonly threads: number;
  readonly lowering: string;
  readonly reason: string;
}

/** Something to do while a model is trained. What it keeps from step to step belongs into checkpoints. */
export interface Callback {
  /** Of its state in checkpoints; no two may share it. */
  readonly name: string;
  /** Before the first step, or the first after going on from a checkpoint. */
  onStart?(training: Training): void | Promise<void>;
  onStep?(line: StepLine, training: Training): void | Promise<void>;
  /**
   * Called where the loss or a gradient is not finite. True skips the update, as if the batch had not been there; by
   * default the training ends with a DivergedError.
   */
  onNonFinite?(loss: number, step: number, training: Training): boolean;
  /** @param evaluation all of what the line has a part of */
  onEpoch?(line: EpochLine, evaluation: Evaluation | null, training: Training): void | Promise<void>;
  /** Plain JSON. */
  state?(): unknown;
  restore?(state: unknown): void;
}

/** Gives a callback its saved state. One that was not there when the checkpoint was taken begins with none. */
export function restoreCallback(callback: Callback, states: Checkpoint["callbacks"]): void {
  if (!Object.hasOwn(states, callback.name)) return;
  try {
    callback.restore?.(states[callback.name]);
  } catch (error) {
    throw new TrainError(`the checkpoint's state of '${callback.name}' does not fit: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
