import { statSync } from "node:fs";
import type { DataSet } from "@downhill/images";
import { defined } from "@downhill/optim/defined";
import { readNewestCheckpoint } from "../checkpoints/run-checkpoints.ts";
import type { RunConfig } from "../config/run-config.ts";
import type { RunPaths } from "../run-folder/paths.ts";
import type { RunResult } from "../run-folder/result.ts";
import type { RunFacts } from "../run-folder/run-file.ts";
import type { Callback, DeviceFacts } from "../training/callback.ts";
import { type Compiling, compilingOf } from "../training/compiling.ts";
import { trainerSettings } from "../training/options.ts";
import { STOPPED_ON_REQUEST, train } from "../training/train.ts";
import type { RunControl } from "./control.ts";
import { finish } from "./finish.ts";
import type { Setup } from "./prepare.ts";
import { Recorder } from "./recorder.ts";
import { keepSnapshots } from "./snapshots.ts";

/** Training of a run. */
export interface RunTraining {
  readonly paths: RunPaths;
  readonly config: RunConfig;
  readonly data: DataSet;
  readonly setup: Setup;
  readonly compiling: Compiling;
  /** Returns the facts of the run. Called once, before the first step; of a new run, it writes them. */
  readonly begin: (device: DeviceFacts) => RunFacts;
  /** False to write neither report nor plots. */
  readonly report: boolean;
}

/** Trains from the newest checkpoint, or from the start, and finishes the run. */
export async function trainRun(
  { paths, config, data, setup, compiling, begin, report }: RunTraining,
  { emit, shouldStop }: RunControl,
): Promise<RunResult> {
  const { network, model, optimizer, callbacks, batchSize, totalSteps } = setup;
  const lengths = { metrics: lengthOf(paths.metrics), timings: lengthOf(paths.timings) };
  const saved = readNewestCheckpoint(paths.checkpoints, lengths, (text) => emit({ kind: "note", text }));
  const recorder = new Recorder({
    paths,
    model,
    totalSteps,
    checkpointSeconds: config.checkpointSeconds,
    lines: saved?.lines ?? { metrics: 0, timings: 0 },
    savesStart: config.pretrained !== null && saved === null,
    emit,
  });
  let facts: RunFacts | undefined;
  const starter: Callback = {
    name: "starter",
    onStart(now) {
      facts = begin(now.device);
      emit({ kind: "start", run: facts, step: now.position.step });
    },
  };
  try {
    const result = await train({
      ...trainerSettings(config),
      network,
      data,
      optimizer,
      epochs: config.epochs,
      batchSize,
      callbacks: [
        starter,
        ...(config.snapshots === null ? [] : [keepSnapshots(paths, model, config.snapshots, totalSteps)]),
        ...callbacks,
        recorder,
      ],
      shouldStop,
      onFeatures: (done, total) => emit({ kind: "data", what: "computing features", done, total }),
      ...compilingOf(compiling),
      ...defined({ from: saved?.checkpoint }),
    });
    // A stop request after the last step has no effect.
    const interrupted = result.stopped === STOPPED_ON_REQUEST;
    return await finish({ paths, facts: facts as RunFacts, data, model, compiling, result, interrupted, report, emit });
  } finally {
    recorder.close();
  }
}

/** Returns the size of a file in bytes; 0 if it is missing. */
const lengthOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
