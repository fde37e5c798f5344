import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { folderState, TrainError, versions } from "@downhill/train";
import { lock, onDisk, writeAtomically } from "@downhill/train/files";
import { firstSeeds } from "../../comparison/begin.ts";
import { reproductions } from "../index.ts";
import { reproductionFiles } from "../report/files.ts";
import type { Claim, Reproduction, Trainings } from "../reproduction.ts";
import { RunningReproduction, StoppedError } from "./context.ts";
import type { ReproductionControl } from "./events.ts";
import { isReproduction, type ReproductionFacts, readReproductionFacts, writeReproductionFacts } from "./facts.ts";

/** Request to start or resume a reproduction that trains. */
export type ReproductionRequest = NewReproduction | { readonly kind: "resume"; readonly folder: string };

/** Request to start a reproduction that trains. */
export interface NewReproduction {
  readonly kind: "new";
  /** Name of the reproduction. */
  readonly name: string;
  /** Folder for results and report, empty or new. */
  readonly folder: string;
  /** True for a form of seconds that only shows that everything runs; default false. */
  readonly quick?: boolean;
  /** Name or folder of the images; default that of the reproduction, or `sample` for the quick form. */
  readonly data?: string;
  /** Maximum number of training images; default that of the reproduction. */
  readonly trainLimit?: number;
  /** Number of random seeds; default that of the reproduction, or 2 for the quick form. */
  readonly seeds?: number;
  /** Number of compute threads; default one per core. */
  readonly threads?: number;
  /** Command that repeats it, for its report. */
  readonly command?: string;
}

/** Result of a reproduction whose files are written. */
export interface ReproductionResult {
  readonly facts: ReproductionFacts;
  readonly folder: string;
  readonly claims: readonly Claim[];
  readonly method: string;
  /** Paths of the written files. */
  readonly files: readonly string[];
}

/** Images of the quick form. */
const QUICK = { data: "sample", trainLimit: 256, testLimit: 128, seeds: 2 } as const;

/**
 * Executes a reproduction that trains in this thread, and writes its result and report into its folder. Each training
 * depends on nothing but its description: a reproduction that was stopped or killed resumes, and trainings whose results
 * are kept are not repeated.
 * @returns the result; null if a stop was requested
 * @throws TrainError or DataError for user errors
 */
export async function executeReproduction(
  request: ReproductionRequest,
  control: ReproductionControl,
): Promise<ReproductionResult | null> {
  const { folder } = request;
  if (request.kind === "new") checkUnused(folder);
  const facts = request.kind === "new" ? factsOf(request) : readReproductionFacts(folder);
  const { reproduction } = trainedNamed(facts.name);
  const kept = join(folder, "trainings");
  const running = new RunningReproduction(facts, kept, control);
  // Reports errors in the data before anything is written.
  await running.openData({});
  onDisk(kept, () => mkdirSync(kept, { recursive: true }));
  const unlock = await lock(join(folder, "lock"));
  try {
    if (request.kind === "new") writeReproductionFacts(folder, facts);
    control.emit({ kind: "start", name: facts.name, folder });
    const { claims: decided, method, files } = await reproduction.run(running);
    control.emit({ kind: "finishing", what: "writing the report" });
    // Few images and steps decide nothing.
    const claims = facts.quick ? decided.map((claim) => ({ ...claim, holds: null })) : decided;
    const contents = reproductionFiles({ reproduction, facts, claims, method, files, trained: running.trained });
    const written = [...contents].map(([name, text]) => {
      const path = join(folder, name);
      writeAtomically(path, text);
      return path;
    });
    return { facts, folder, claims, method, files: written };
  } catch (error) {
    if (error instanceof StoppedError) return null;
    throw error;
  } finally {
    unlock();
  }
}

/** Returns the facts of a new reproduction. */
function factsOf(request: NewReproduction): ReproductionFacts {
  const { name, quick = false, threads = availableParallelism(), command = "" } = request;
  const { trainings } = trainedNamed(name);
  const { data, trainImages, testImages, seeds } = trainings;
  return {
    version: 1,
    name,
    created: new Date().toISOString(),
    command,
    quick,
    data: request.data ?? (quick ? QUICK.data : data),
    trainLimit: request.trainLimit ?? (quick ? QUICK.trainLimit : trainImages),
    testLimit: quick ? QUICK.testLimit : testImages,
    seeds: firstSeeds(0, request.seeds ?? (quick ? QUICK.seeds : seeds)),
    threads,
    versions: versions(),
  };
}

function trainedNamed(name: string): { readonly reproduction: Reproduction; readonly trainings: Trainings } {
  const reproduction = Object.hasOwn(reproductions, name) ? reproductions[name] : undefined;
  if (reproduction?.trainings) return { reproduction, trainings: reproduction.trainings };
  throw new TrainError(`reproduction '${name}': expected one that trains`);
}

/** @throws TrainError if a folder has contents */
function checkUnused(folder: string): void {
  if (isReproduction(folder)) {
    throw new TrainError(`${folder}: the folder contains a reproduction`, {
      code: "folder-in-use",
      remedies: [{ choose: "empty folder" }, { act: "resume it" }],
    });
  }
  if (folderState(folder) === "unused") return;
  throw new TrainError(`${folder}: the folder is not empty`, {
    code: "folder-in-use",
    remedies: [{ choose: "empty folder" }],
  });
}
