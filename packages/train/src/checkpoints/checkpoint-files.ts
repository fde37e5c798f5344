import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { UpdaterState } from "@downhill/optim";
import { TrainError } from "../error.ts";
import { UNFINISHED, writeAtomically } from "../files/atomic.ts";
import { onDisk } from "../files/on-disk.ts";
import type { Checkpoint } from "../training/checkpoint.ts";
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
 * Writes a checkpoint: its tensors, and then the file that says that they are whole. Of the older ones, the newest stays.
 * @param shapes of parameters and buffers by name
 */
export function writeCheckpoint(
  folder: string,
  checkpoint: Checkpoint,
  shapes: Readonly<Record<string, readonly number[]>>,
  lines: Lines,
): void {
  onDisk(folder, () => mkdirSync(folder, { recursive: true }));
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
  writeAtomically(join(folder, `${name}.json`), `${JSON.stringify(facts)}\n`);
  for (const old of checkpointSteps(folder).slice(KEPT)) removeCheckpoint(folder, old);
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
 * Reads the newest checkpoint that is whole.
 * @param onBroken told of each that is not
 * @returns null where there is none
 */
export function readNewestCheckpoint(
  folder: string,
  onBroken: (problem: string) => void,
): { readonly checkpoint: Checkpoint; readonly lines: Lines } | null {
  for (const step of checkpointSteps(folder)) {
    try {
      return readCheckpoint(folder, step);
    } catch (error) {
      if (!(error instanceof TrainError)) throw error;
      onBroken(error.message);
    }
  }
  return null;
}

/** @throws TrainError where the files are missing, cut, changed, or of a newer version */
export function readCheckpoint(
  folder: string,
  step: number,
): { readonly checkpoint: Checkpoint; readonly lines: Lines } {
  const path = (ending: string): string => join(folder, nameOf(step) + ending);
  const fail = (what: string): never => {
    throw new TrainError(`${path(".json")}: ${what}: expected a whole checkpoint`);
  };
  const { version, updater, lines, sha256, ...rest } = parse(path(".json"), fail);
  if (version !== VERSION) fail(`its version is ${version}, and this release reads ${VERSION}`);
  const bytes = readOrFail(path(".safetensors"), fail);
  if (createHash("sha256").update(bytes).digest("hex") !== sha256) fail("its tensors are not those that were written");
  const { tensors: stored } = readSafetensors(bytes, path(".safetensors"));
  const weights: Record<string, Float32Array> = {};
  const tensors: Record<string, { shape: readonly number[]; values: Record<string, Float32Array | number> }> = {};
  for (const [name, { shape, numbers }] of Object.entries(updater.tensors)) {
    tensors[name] = { shape, values: { ...numbers } };
  }
  for (const [name, { values }] of Object.entries(stored)) {
    const [, state, tensor] = STATE.exec(name) ?? [];
    if (state !== undefined) {
      const own = tensors[tensor as string] ?? fail(`it has no state of tensor '${tensor}', whose numbers are there`);
      own.values[state] = values as Float32Array;
    } else if (name !== ORDER) weights[name] = values as Float32Array;
  }
  const order = (stored[ORDER]?.values as Int32Array | undefined) ?? null;
  return { checkpoint: { ...rest, weights, updater: { ...updater, tensors }, order }, lines };
}

function parse(path: string, fail: (what: string) => never): Facts {
  const text = new TextDecoder().decode(readOrFail(path, fail));
  try {
    return JSON.parse(text) as Facts;
  } catch {
    return fail("it is not JSON");
  }
}

function readOrFail(path: string, fail: (what: string) => never): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    return fail(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
