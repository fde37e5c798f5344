import { mkdirSync } from "node:fs";
import { basename } from "node:path";
import {
  ConfigError,
  type GivenConfig,
  optimizerNamed,
  type RunEvent,
  resolveConfig,
  scheduleKind,
  TrainError,
  versions,
} from "@downhill/train";
import { onDisk } from "@downhill/train/files";
import { threadsPerTrial, withHeldOut } from "../comparison/begin.ts";
import { checkUnusedForComparison } from "../comparison/folder.ts";
import { type AdviceFacts, isAdvice, writeAdviceFacts } from "./facts.ts";

/** Request to start an advice. */
export interface NewAdvice {
  readonly kind: "new";
  /** Data, and settings that are not questioned. Unset ones have the defaults of a training. */
  readonly given: GivenConfig;
  readonly folder: string;
  /** Command that repeats it, for its report. */
  readonly command?: string;
  /** Time limit in seconds; default 1,800. */
  readonly budget?: number;
  /** Number of trainings that run at the same time; default 1. */
  readonly jobs?: number;
  /** Number of seeds of each question, at least 2; default 3. */
  readonly seeds?: number;
}

/** Defaults of an advice. */
export const ADVICE_DEFAULTS = { budget: 1800, seeds: 3 } as const;

/**
 * Checks the settings of a new advice, and writes its facts.
 * @throws ConfigError for settings that no training can have; TrainError for a folder in use, or data without held-out images
 */
export async function beginAdvice(request: NewAdvice, onEvent: (event: RunEvent) => void): Promise<AdviceFacts> {
  const { given, folder, command = "", jobs = 1 } = request;
  const { budget = ADVICE_DEFAULTS.budget, seeds = ADVICE_DEFAULTS.seeds } = request;
  checkUnused(folder);
  if (!(budget > 0)) throw new ConfigError(`budget = ${budget}: expected seconds above 0`);
  if (!Number.isInteger(seeds) || seeds < 2)
    throw new ConfigError(`seeds = ${seeds}: expected a whole number of at least 2`);
  const { given: held, data } = await withHeldOut(given, onEvent);
  const { validation } = data;
  if (validation === null) throw new TrainError(`${given.data}: no images are held out to decide by`);
  const config = resolveConfig(held, data);
  const { lr: _, ...documented } = optimizerNamed(config.optimizer).hyperparameters;
  const { schedule } = config;
  const facts: AdviceFacts = {
    version: 1,
    id: basename(folder),
    created: new Date().toISOString(),
    command,
    given,
    common: {
      threads: given.threads ?? threadsPerTrial(jobs),
      // Tuned kernels may differ from one process to the next, and with them the last bits of the results.
      tune: given.tune ?? false,
      // Scores are measured without it.
      testTimeAugmentation: "none",
      ...(held.validationShare === undefined ? {} : { validationShare: held.validationShare }),
    },
    budget,
    jobs,
    seeds,
    defaults: {
      optimizer: config.optimizer,
      schedule: scheduleKind(typeof schedule === "string" ? schedule : schedule.kind),
      warmup: config.warmup,
      epochs: config.epochs,
      batchSize: config.batchSize,
      hyperparameters: { ...documented, ...config.hyperparameters },
    },
    data: {
      name: data.name,
      fingerprint: data.fingerprint,
      trainImages: data.train.length,
      validationImages: validation.length,
      part: data.test ? "test" : "validation",
      partImages: (data.test ?? validation).length,
    },
    versions: versions(),
  };
  onDisk(folder, () => mkdirSync(folder, { recursive: true }));
  writeAdviceFacts(folder, facts);
  return facts;
}

/** @throws TrainError if a folder has contents */
function checkUnused(folder: string): void {
  if (isAdvice(folder)) {
    throw new TrainError(`${folder}: the folder contains an advice`, {
      code: "folder-in-use",
      remedies: [{ choose: "empty folder" }, { act: "resume it" }],
    });
  }
  checkUnusedForComparison(folder);
}
