import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { UpdaterState } from "@downhill/optim";
import { TrainError } from "../error.ts";
import { makeFolderIn, UNFINISHED, writeAtomically } from "../files/atomic.ts";
import { onDisk } from "../files/on-disk.ts";
import { readSealedJson, sealJson } from "../files/sealed-json.ts";
import type { Checkpoint, KeptWeights } from "../training/checkpoint.ts";
import { checkpointSchema } from "./checkpoint-schema.ts";
import { readSafetensors, type StoredTensor, writeSafetensors } from "./safetensors.ts";

/** Number of checkpoints to keep besides the best weights. */
const KEPT = 2;
const VERSION = 1;

/** Returns the base name of a checkpoint's files, by its step. */
const nameOf = (step: number): string => `step-${String(step).padStart(8, "0")}`;

/** Contents of a checkpoint's JSON file: everything but the tensors, and the hash of their file. */
interface Facts extends Omit<Checkpoint, "weights" | "updater" | "order" | "kept"> {
  readonly kept?: Omit<KeptWeights, "weights">;
  readonly version: number;
  readonly sha256: string;
  readonly updater: Omit<UpdaterState, "tensors"> & {
    readonly tensors: Readonly<
      Record<string, { readonly shape: readonly number[]; readonly numbers: Readonly<Record<string, number>> }>
    >;
  };
  /** Lengths of the line logs at the checkpoint. */
  readonly lines: Lines;
}

/** Lengths of the line logs in bytes. */
export interface Lines {
  readonly metrics: number;
  readonly timings: number;
}

/**
 * Writes a checkpoint: first its tensors, then the JSON file, which marks it as complete. The newest of the older
 * checkpoints stays. Checkpoints of later steps are damaged ones that a resumed run skipped; they are removed.
 * @param shapes shapes of parameters and buffers by name
 */
export function writeRunCheckpoint(
  folder: string,
  checkpoint: Checkpoint,
  shapes: Readonly<Record<string, readonly number[]>>,
  lines: Lines,
): void {
  makeFolderIn(folder);
  const { weights, updater, order, kept, ...rest } = checkpoint;
  const stored: Record<string, StoredTensor> = {};
  for (const [name, values] of Object.entries(weights))
    stored[name] = { shape: shapes[name] ?? [values.length], values };
  const tensors: Record<string, { shape: readonly number[]; numbers: Record<string, number> }> = {};
  for (const [name, { shape, values }] of Object.entries(updater.tensors)) {
    const numbers: Record<string, number> = {};
    for (const [state, value] of Object.entries(values)) {
      if (typeof value === "number") numbers[state] = value;
      else stored[stateName(name, state)] = { shape: [value.length], values: value as Float32Array };
    }
    tensors[name] = { shape, numbers };
  }
  for (const [name, values] of Object.entries(kept?.weights ?? {}))
    stored[KEPT_PREFIX + name] = { shape: shapes[name] ?? [values.length], values };
  if (order) stored[ORDER] = { shape: [order.length], values: order };

  const parts = writeSafetensors(stored);
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  const name = nameOf(checkpoint.position.step);
  const facts: Facts = {
    version: VERSION,
    ...rest,
    ...(kept && { kept: { step: kept.step, evaluation: kept.evaluation } }),
    updater: { ...updater, tensors },
    lines,
    sha256: hash.digest("hex"),
  };
  writeAtomically(join(folder, `${name}.safetensors`), parts);
  writeAtomically(join(folder, `${name}.json`), sealJson(facts));
  const steps = checkpointSteps(folder);
  const now = steps.indexOf(checkpoint.position.step);
  for (const other of [...steps.slice(0, now), ...steps.slice(now + KEPT)]) removeCheckpoint(folder, other);
}

const ORDER = "training/order";
const KEPT_PREFIX = "training/kept/";
/** Names of states contain no slash; names of tensors may. */
const STATE = /^optimizer\/([^/]+)\/(.+)$/s;
const stateName = (tensor: string, state: string): string => `optimizer/${state}/${tensor}`;

/** Returns the steps of all checkpoints in a folder, newest first. Some may be incomplete. */
export function checkpointSteps(folder: string): number[] {
  const names = onDisk(folder, () => listing(folder));
  const steps = names.flatMap((name) => /^step-(\d+)\.json$/.exec(name)?.[1] ?? []).map(Number);
  return steps.sort((a, b) => b - a);
}

function listing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function removeCheckpoint(folder: string, step: number): void {
  // The JSON file, which marks the checkpoint as complete, goes first.
  for (const ending of [".json", ".safetensors"]) rmSync(join(folder, nameOf(step) + ending), { force: true });
}

/** Removes unfinished files of killed processes. */
export function removeUnfinished(folder: string): void {
  for (const name of listing(folder)) if (name.endsWith(UNFINISHED)) rmSync(join(folder, name), { force: true });
}

/**
 * Reads the newest complete checkpoint whose line logs still exist in full.
 * @param lengths current lengths of the line logs
 * @param onBroken called with a sentence about each newer, unusable checkpoint
 * @returns null if there are no checkpoints
 * @throws TrainError if no checkpoint is usable
 */
export function readNewestCheckpoint(
  folder: string,
  lengths: Lines,
  onBroken: (problem: string) => void,
): SavedCheckpoint | null {
  const problems: string[] = [];
  for (const step of checkpointSteps(folder)) {
    try {
      const saved = readRunCheckpoint(folder, step);
      checkLengths(join(folder, `${nameOf(step)}.json`), saved.lines, lengths);
      for (const problem of problems)
        onBroken(`${problem.replace(/\.$/, "")}. Continuing from the older checkpoint of step ${step}.`);
      return saved;
    } catch (error) {
      if (!(error instanceof TrainError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length === 0) return null;
  throw new TrainError(`${folder}: none of the ${problems.length} checkpoints is usable. The newest: ${problems[0]}`, {
    code: "damaged-file",
    remedies: [{ act: "restore the folder from a copy" }, { act: "start a new run" }],
  });
}

/** Checkpoint with the lengths of the line logs. */
export interface SavedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly lines: Lines;
}

function checkLengths(path: string, expected: Lines, lengths: Lines): void {
  for (const name of ["metrics", "timings"] as const) {
    if (lengths[name] < expected[name]) {
      throw new TrainError(
        `${path}: ${name}.ndjson has ${lengths[name]} bytes. Expected the ${expected[name]} bytes of this checkpoint.`,
      );
    }
  }
}

/**
 * Reads the checkpoint of a step.
 * @throws TrainError if the files are missing, truncated, changed or of a newer version
 */
export function readRunCheckpoint(folder: string, step: number): SavedCheckpoint {
  const path = (ending: string): string => join(folder, nameOf(step) + ending);
  const fail = (problem: string): never => {
    throw new TrainError(`${path(".json")}: ${problem}. Expected a complete checkpoint.`);
  };
  const facts = readSealedJson<Facts>(path(".json"), checkpointSchema);
  if (facts === null) return fail("the file is missing");
  const { version, updater, lines, sha256, kept, ...rest } = facts;
  if (rest.position.step !== step) fail(`it contains step ${rest.position.step}`);
  const bytes = readOrFail(path(".safetensors"), fail);
  if (createHash("sha256").update(bytes).digest("hex") !== sha256) fail("the hash of its tensors differs");
  const { tensors: stored } = readSafetensors(bytes, path(".safetensors"));
  const weights: [string, Float32Array][] = [];
  const keptWeights: [string, Float32Array][] = [];
  const states = new Map(
    Object.entries(updater.tensors).map(([name, { shape, numbers }]) => [
      name,
      { shape, values: new Map<string, Float32Array | number>(Object.entries(numbers)) },
    ]),
  );
  let order: Int32Array | null = null;
  for (const [name, { values }] of Object.entries(stored)) {
    const [, state, tensor = ""] = STATE.exec(name) ?? [];
    if (name === ORDER) {
      order = values instanceof Int32Array ? values : fail(`'${name}' contains no integers of 32 bits`);
    } else if (!(values instanceof Float32Array)) fail(`'${name}' contains no float32 numbers`);
    else if (name.startsWith(KEPT_PREFIX)) keptWeights.push([name.slice(KEPT_PREFIX.length), values]);
    else if (state === undefined) weights.push([name, values]);
    else (states.get(tensor) ?? fail(`it has values of tensor '${tensor}' but no state`)).values.set(state, values);
  }
  const tensors = [...states].map(([name, { shape, values }]) => [name, { shape, values: Object.fromEntries(values) }]);
  return {
    checkpoint: {
      ...rest,
      ...(kept && { kept: { ...kept, weights: Object.fromEntries(keptWeights) } }),
      weights: Object.fromEntries(weights),
      updater: { ...updater, tensors: Object.fromEntries(tensors) },
      order,
    },
    lines,
  };
}

function readOrFail(path: string, fail: (problem: string) => never): Uint8Array {
  try {
    return onDisk(path, () => readFileSync(path));
  } catch (error) {
    if (error instanceof TrainError) throw error;
    return fail(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
