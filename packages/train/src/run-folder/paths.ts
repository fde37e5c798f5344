import { join } from "node:path";

/** Returns the paths of the files in a run folder. */
export const runPaths = (folder: string) => ({
  folder,
  run: join(folder, "run.json"),
  /** ONNX file from which the model of the run is built, if it started from one. */
  pretrained: join(folder, "pretrained.onnx"),
  /** Compilation settings, which a resumed run needs for identical arithmetic. */
  compiled: join(folder, "compiled.json"),
  metrics: join(folder, "metrics.ndjson"),
  timings: join(folder, "timings.ndjson"),
  checkpoints: join(folder, "checkpoints"),
  /** Weights of the epoch with the best evaluation. */
  best: join(folder, "checkpoints", "best.safetensors"),
  /** Weights of evenly spaced steps, if the run keeps them. */
  snapshots: join(folder, "snapshots"),
  result: join(folder, "result.json"),
  /** Weights of the result: the last ones, or with early stopping the best ones. */
  weights: join(folder, "model.safetensors"),
  model: join(folder, "model.onnx"),
  /** Names of the classes, in the order of the model's outputs. */
  labels: join(folder, "labels.json"),
  /** Inputs and outputs of the model, and code that uses it. */
  readme: join(folder, "README.md"),
  report: join(folder, "report.html"),
  plots: join(folder, "plots"),
  lock: join(folder, "lock.json"),
});

export type RunPaths = ReturnType<typeof runPaths>;

/** Names of the plots, each of which is an SVG and a PNG file. */
export const PLOTS = [
  "finder",
  "loss",
  "loss-log",
  "accuracy",
  "hyperparameters",
  "gradient-norm",
  "confusion",
  "calibration",
] as const;
