import { type EpochLine, type Run, readRunFolder } from "@downhill/train";

type Row = Readonly<Record<string, unknown>>;

/** Returns the metrics of a run as rows, one per step or one per epoch. */
export function metricRows(folder: string, per: "steps" | "epochs"): readonly Row[] {
  const run = readRunFolder(folder);
  return per === "steps" ? run.steps : run.epochs.map((line) => epochRow(line, run));
}

function epochRow({ epoch, steps, train, evaluation }: EpochLine, { timings }: Run): Row {
  const timing = timings.find((line) => line.epoch === epoch);
  return {
    epoch,
    steps,
    trainLoss: train.loss,
    trainAccuracy: train.accuracy,
    part: evaluation?.part,
    loss: evaluation?.loss,
    accuracy: evaluation?.accuracy,
    top5: evaluation?.top5,
    calibrationError: evaluation?.calibrationError,
    seconds: timing?.seconds,
    imagesPerSecond: timing?.imagesPerSecond,
  };
}
