import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { UpdaterState } from "@downhill/optim";
import { TrainError } from "../error.ts";
import { makeFolderIn, UNFINISHED, writeAtomically } from "../files/atomic.ts";
import { onDisk } from "../files/on-disk.ts";
import { readSealedJson, sealJson } from "../files/sealed-json.ts";
import type { Checkpoint } from "../training/checkpoint.ts";
import { checkpointSchema } from "./checkpoint-schema.ts";
import { readSafetensors, type StoredTensor, writeSafetensors } from "./safetensors.ts";

/** Checkpoints that are kept besides the best. */
const KEPT = 2;
const VERSION = 1;

/** How a checkpoint's files are named: by the updates taken. */
const nameOf = (step: number): string => `step-${String(step).padStart(8, "0")}`;

/** What is in a checkpoint's JSON file: all but its tensors, and what their file must hash to. */
interface Facts extends Omit<Checkpoint, "weights" | "updater" | "order"> {
  readonly version: number;
  readonly sha256: string;
  readonly updater: Omit<UpdaterState, "tensors"> & {
    readonly tensors: Readonly<
      Record<string, { readonly shape: readonly number[]; readonly numbers: Readonly<Record<string, number>> }>
    >;
  };
  /** Lengths of the files of lines when it was taken. */
  readonly lines: Lines;
}

/** Bytes of the files of lines that a checkpoint stands for. */
export interface Lines {
  readonly metrics: number;
  readonly timings: number;
}

/**
 * Writes a checkpoint: its tensors, and then the file that says that they are whole. Of the older ones, the newest stays;
 * those of later steps are damaged ones that a resumed run has passed by, and go.
 * @param shapes of parameters and buffers by name
 */
export function writeCheckpoint(
  folder: string,
  checkpoint: Checkpoint,
  shapes: Readonly<Record<string, readonly number[]>>,
  lines: Lines,
): void {
  makeFolderIn(folder);
  const { weights, updater, order, ...rest } = checkpoint;
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
  if (order) stored[ORDER] = { shape: [order.length], values: order };

  const parts = writeSafetensors(stored);
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  const name = nameOf(checkpoint.position.step);
  const facts: Facts = {
    version: VERSION,
    ...rest,
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
/** Names of states have no slash, those of tensors may. */
const STATE = /^optimizer\/([^/]+)\/(.+)$/s;
const stateName = (tensor: string, state: string): string => `optimizer/${state}/${tensor}`;

/** The steps of the checkpoints of a folder, newest first; whether they are whole shows when they are read. */
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
  // The file that says that it is whole goes first.
  for (const ending of [".json", ".safetensors"]) rmSync(join(folder, nameOf(step) + ending), { force: true });
}

/** Removes what killed processes left half-written. */
export function removeUnfinished(folder: string): void {
  for (const name of listing(folder)) if (name.endsWith(UNFINISHED)) rmSync(join(folder, name), { force: true });
}

/**
 * Reads the newest checkpoint that is whole and that the files of lines are long enough for.
 * @param lengths of the files of lines now
 * @param onBroken told of each newer one, in a sentence
 * @returns null where there is none
 * @throws TrainError where there are some, and none can be used
 */
export function readNewestCheckpoint(
  folder: string,
  lengths: Lines,
  onBroken: (problem: string) => void,
): SavedCheckpoint | null {
  const problems: string[] = [];
  for (const step of checkpointSteps(folder)) {
    try {
      const saved = readCheckpoint(folder, step);
      checkLengths(join(folder, `${nameOf(step)}.json`), saved.lines, lengths);
      for (const problem of problems) onBroken(`${problem}; the older checkpoint of step ${step} is used`);
      return saved;
    } catch (error) {
      if (!(error instanceof TrainError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length === 0) return null;
  throw new TrainError(
    `${folder}: none of its ${problems.length} checkpoints can be used. The newest: ${problems[0]}. Restore the folder from a copy, or start a new run`,
  );
}

/** A checkpoint as it is read. */
export interface SavedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly lines: Lines;
}

function checkLengths(path: string, expected: Lines, lengths: Lines): void {
  for (const name of ["metrics", "timings"] as const) {
    if (lengths[name] < expected[name]) {
      throw new TrainError(
        `${path}: ${name}.ndjson has ${lengths[name]} bytes: expected the ${expected[name]} that it had at this checkpoint`,
      );
    }
  }
}

/** @throws TrainError where the files are missing, cut, changed, or of a newer version */
export function readCheckpoint(folder: string, step: number): SavedCheckpoint {
  const path = (ending: string): string => join(folder, nameOf(step) + ending);
  const fail = (problem: string): never => {
    throw new TrainError(`${path(".json")}: ${problem}: expected a whole checkpoint`);
  };
  const facts = readSealedJson<Facts>(path(".json"), checkpointSchema);
  if (facts === null) return fail("there is no such file");
  const { version, updater, lines, sha256, ...rest } = facts;
  if (rest.position.step !== step) fail(`it is of step ${rest.position.step}`);
  const bytes = readOrFail(path(".safetensors"), fail);
  if (createHash("sha256").update(bytes).digest("hex") !== sha256) fail("its tensors are not those that were written");
  const { tensors: stored } = readSafetensors(bytes, path(".safetensors"));
  const weights: [string, Float32Array][] = [];
  const states = new Map(
    Object.entries(updater.tensors).map(([name, { shape, numbers }]) => [
      name,
      { shape, values: new Map<string, Float32Array | number>(Object.entries(numbers)) },
    ]),
  );
  let order: Int32Array | null = null;
  for (const [name, { values }] of Object.entries(stored)) {
    const [, state, tensor = ""] = STATE.exec(name) ?? [];
    if (values instanceof Int32Array) {
      if (name !== ORDER) fail(`'${name}' has whole numbers`);
      order = values;
    } else if (name === ORDER) fail(`'${name}' has broken numbers`);
    else if (state === undefined) weights.push([name, values]);
    else
      (states.get(tensor) ?? fail(`it has no state of tensor '${tensor}', whose numbers are there`)).values.set(
        state,
        values,
      );
  }
  const tensors = [...states].map(([name, { shape, values }]) => [name, { shape, values: Object.fromEntries(values) }]);
  return {
    checkpoint: {
      ...rest,
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
