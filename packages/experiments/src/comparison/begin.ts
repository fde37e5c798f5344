import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { defined } from "@downhill/optim/defined";
import {
  ConfigError,
  type GivenConfig,
  openData,
  type RunEvent,
  resolveConfig,
  TrainError,
  versions,
} from "@downhill/train";
import { onDisk } from "@downhill/train/files";
import { configOf, type Entrant } from "./entrant.ts";
import { type ComparisonFacts, type ComparisonSettings, writeFacts } from "./facts.ts";
import { checkUnusedForComparison } from "./folder.ts";

/** Request to start a comparison. */
export interface NewComparison
  extends Partial<Omit<ComparisonSettings, "given" | "entrants" | "tuningSeed" | "budget">> {
  readonly kind: "new";
  readonly given: GivenConfig;
  readonly entrants: ComparisonSettings["entrants"];
  readonly folder: string;
  /** Command that repeats it, for its report. */
  readonly command?: string;
  readonly jobs?: number;
  /** Time limit in seconds; default none. */
  readonly budget?: number;
}

/** Defaults of a comparison. */
export const COMPARISON_DEFAULTS = { seeds: 3, tuning: 6, measure: "accuracy" } as const;

/** Share of the training images that are held out while rates are tuned, if the data have no validation images. */
const HELD_OUT = 0.1;

/**
 * Checks the settings of a new comparison with all of its entrants, and writes its facts.
 * @throws TrainError for settings that no training can have, or a folder in use
 */
export async function beginComparison(
  request: NewComparison,
  onEvent: (event: RunEvent) => void,
): Promise<ComparisonFacts> {
  const { folder, entrants, jobs = 1, command = "", budget } = request;
  checkUnusedForComparison(folder);
  const { tuning = COMPARISON_DEFAULTS.tuning, measure = COMPARISON_DEFAULTS.measure, target = null } = request;
  const {
    weightDecayTuning,
    stopEarly = false,
    seeds = firstSeeds(request.given.seed ?? 0, COMPARISON_DEFAULTS.seeds),
  } = request;
  checkSettings({ entrants, seeds, tuning, measure, target });
  if (budget !== undefined && !(budget > 0)) throw new ConfigError(`budget = ${budget}: expected seconds above 0`);
  const { given, data } = await withHeldOut(request.given, onEvent);
  for (const entrant of entrants) resolveConfig(configOf(given, entrant), data);
  const facts: ComparisonFacts = {
    version: 1,
    id: basename(folder),
    created: new Date().toISOString(),
    command,
    // Tuned kernels may differ from one comparison to the next, and with them the last bits of the results.
    given: { threads: threadsPerTrial(jobs), tune: false, ...given },
    entrants,
    seeds,
    tuningSeed: Math.max(...seeds) + 1,
    tuning,
    ...defined({ weightDecayTuning }),
    measure,
    target,
    budget: budget === undefined ? null : { seconds: budget, isApplied: false },
    stopEarly,
    data: {
      name: data.name,
      fingerprint: data.fingerprint,
      trainImages: data.train.length,
      part: data.test ? "test" : "validation",
    },
    versions: versions(),
  };
  onDisk(folder, () => mkdirSync(folder, { recursive: true }));
  writeFacts(folder, facts);
  return facts;
}

/** Returns the threads of each trial: all cores, divided among the trials that run at the same time. */
export const threadsPerTrial = (jobs: number): number => Math.max(1, Math.floor(availableParallelism() / jobs));

/** Returns the seeds of a comparison: whole numbers from the first one on. */
export const firstSeeds = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first + i);

/**
 * Opens the data, with validation images beside the test images: the images of the comparison must not decide on rates.
 */
export async function withHeldOut(given: GivenConfig, onEvent: (event: RunEvent) => void) {
  const data = await openData(given, undefined, onEvent);
  if (data.validation) return { given, data };
  if (data.test === null) {
    throw new TrainError(`${given.data}: no images are held out to compare by`, {
      remedies: [{ set: "validationShare", value: 0.2 }],
    });
  }
  const heldOut = { ...given, validationShare: HELD_OUT };
  return { given: heldOut, data: await openData(heldOut, undefined, onEvent) };
}

/** @throws ConfigError if two entrants have the same name */
export const checkEntrants = (entrants: readonly Entrant[]): void => {
  const names = entrants.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new ConfigError(`entrants: ${twice} occurs twice. Expected each entrant once.`);
};

type Checked = Pick<ComparisonSettings, "entrants" | "seeds" | "tuning" | "measure" | "target">;

function checkSettings({ entrants, seeds, tuning, measure, target }: Checked): void {
  const fail = (problem: string): never => {
    throw new ConfigError(problem);
  };
  if (entrants.length < 2) fail(`entrants: ${entrants.length === 1 ? "one entrant" : "none"}. Expected at least two.`);
  checkEntrants(entrants);
  if (seeds.length === 0 || new Set(seeds).size < seeds.length) fail(`seeds: expected at least one, each once`);
  if (!Number.isInteger(tuning) || tuning < 0) fail(`tuning = ${tuning}: expected a whole number of at least 0`);
  if (target !== null && !(target > 0 && target <= 1))
    fail(`target = ${target}: expected an accuracy above 0, at most 1`);
  if ((measure === "seconds" || measure === "updates") && target === null) {
    fail(`measure = ${measure}: expected a target accuracy to measure it by`);
  }
}
