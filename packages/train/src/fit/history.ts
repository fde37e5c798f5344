import type { Progress } from "../progress/progress.ts";
import type { Callback, EpochLine, StepLine } from "../training/callback.ts";

/** Numbers of a training over time. */
export interface History {
  /** One line for each step: loss, accuracy, metrics, gradient norm and all hyperparameters in force. */
  readonly steps: readonly StepLine[];
  /** One line for each epoch: means of the training, and the evaluation. */
  readonly epochs: readonly EpochLine[];
}

/** Returns a callback that collects the lines of a training in memory. */
export function collectHistory(): { readonly callback: Callback; readonly history: History } {
  const [steps, epochs]: [StepLine[], EpochLine[]] = [[], []];
  const callback: Callback = {
    name: "history",
    onStep: (line) => void steps.push(line),
    onEpoch: (line) => void epochs.push(line),
  };
  return { callback, history: { steps, epochs } };
}

/** Returns a callback that prints the progress of a training, and a line for each epoch. */
export const printProgress = (progress: Progress, epochs: number): Callback => ({
  name: "progress",
  onStep: ({ loss, accuracy }) => progress.step(Number.isNaN(accuracy) ? { loss } : { loss, accuracy }),
  onEpoch: (line) => progress.print(epochInWords(line, epochs)),
});

/** Describes an epoch: "epoch 2 of 5: loss 0.41, validation loss 0.38, accuracy 0.87". */
function epochInWords({ epoch, train, evaluation }: EpochLine, epochs: number): string {
  const numbers = evaluation
    ? { [`${evaluation.part} loss`]: evaluation.loss, accuracy: evaluation.accuracy, ...evaluation.metrics }
    : { accuracy: train.accuracy, ...train.metrics };
  const words = Object.entries({ loss: train.loss, ...numbers })
    .filter(([, value]) => !Number.isNaN(value))
    .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`);
  return `epoch ${epoch + 1} of ${epochs}: ${words.join(", ")}`;
}
