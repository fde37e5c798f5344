import { join } from "node:path";

/** The files of a run folder. */
export const runPaths = (folder: string) => ({
  folder,
  run: join(folder, "run.json"),
  /** What its programs are compiled with: the arithmetic that a resumed run needs again. */
  compiled: join(folder, "compiled.json"),
  metrics: join(folder, "metrics.ndjson"),
  timings: join(folder, "timings.ndjson"),
  checkpoints: join(folder, "checkpoints"),
  /** The weights to judge and predict with, of the epoch that was judged best. */
  best: join(folder, "checkpoints", "best.safetensors"),
  result: join(folder, "result.json"),
  /** The weights that the run ended with, or its best ones: those of the result. */
  weights: join(folder, "model.safetensors"),
  model: join(folder, "model.onnx"),
  report: join(folder, "report.html"),
  plots: join(folder, "plots"),
  lock: join(folder, "lock.json"),
});

export type RunPaths = ReturnType<typeof runPaths>;

/** The files in `plots`, each as SVG and as PNG. */
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
