import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { runPaths } from "@downhill/train";
import { lockOwner } from "@downhill/train/files";
import type { ListedRun } from "../api/types.ts";
import { entryOf } from "./run-place.ts";

/** Bytes at the end of a metrics file in which the last epoch is searched. */
const TAIL = 2 ** 15;

/** JSON value of which nothing is known. */
type Json = Readonly<Record<string, unknown>> | undefined;

/**
 * Reads the row of a run without validating its files, since a folder can have thousands of runs.
 * @returns null if anything is unusual; `summarizeRun` then reads the run, or explains what is wrong
 */
export function quickRow(id: string, folder: string): ListedRun | null {
  const paths = runPaths(folder);
  const facts = objectIn(paths.run);
  const [config, data, model, optimizer] = ["config", "data", "model", "optimizer"].map((key) =>
    objectOf(facts?.[key]),
  );
  const names = [facts?.created, data?.name, model?.name, optimizer?.name];
  const [created, dataName, modelName, optimizerName] = names;
  const counts = [facts?.seed, config?.batchSize, config?.epochs];
  if (facts?.version !== 1 || !names.every(isText) || !counts.every(isNumber)) return null;
  const progress = progressOf(paths);
  if (progress === null) return null;
  return {
    id,
    problem: null,
    created: created as string,
    data: dataName as string,
    model: modelName as string,
    optimizer: optimizerName as string,
    lr: numberOr(config?.lr, null),
    seed: counts[0] as number,
    batchSize: counts[1] as number,
    totalEpochs: counts[2] as number,
    ...progress,
  };
}

type Progress = Pick<ListedRun, "status" | "steps" | "epochs" | "accuracy" | "loss">;

function progressOf({ result: path, lock, metrics }: ReturnType<typeof runPaths>): Progress | null {
  const result = objectIn(path);
  if (result) {
    const { status, steps, epochs, accuracy, loss } = result;
    const isEnd = status === "finished" || status === "stopped" || status === "failed";
    if (!isEnd || !isNumber(steps) || !isNumber(epochs)) return null;
    const scores = { accuracy: numberOr(accuracy, null), loss: numberOr(loss, null) };
    return { status, steps: steps as number, epochs: epochs as number, ...scores };
  }
  // A damaged result is no missing one.
  if (entryOf(path)) return null;
  const last = lastLines(metrics);
  if (last === null) return null;
  const status = lockOwner(lock) === null ? "unfinished" : "running";
  const evaluation = objectOf(last.epoch?.evaluation);
  return {
    status,
    steps: last.steps,
    epochs: last.epoch === undefined ? 0 : numberOr(last.epoch.epoch, -1) + 1,
    accuracy: numberOr(evaluation?.accuracy, null),
    loss: numberOr(evaluation?.loss, null),
  };
}

/** Returns the number of steps and the last epoch at the end of a metrics file; null if the end has no epoch. */
function lastLines(path: string): { readonly steps: number; readonly epoch: Json } | null {
  const tail = tailOf(path);
  if (tail === null) return null;
  // The part after the last line break is an incomplete line.
  const lines = tail.text.slice(0, tail.text.lastIndexOf("\n") + 1).split("\n");
  let steps: number | undefined;
  for (let i = lines.length - 1; i >= (tail.isWhole ? 0 : 1); i--) {
    const text = lines[i] as string;
    const isStep = text.startsWith('{"step":');
    if (text === "" || (isStep && steps !== undefined)) continue;
    const line = parse(text);
    if (line === undefined) return null;
    if (!isStep)
      return isNumber(line.epoch) && isNumber(line.steps)
        ? { steps: steps ?? (line.steps as number), epoch: line }
        : null;
    steps = numberOr(line.step, -1) + 1;
  }
  return tail.isWhole ? { steps: steps ?? 0, epoch: undefined } : null;
}

/** Returns the last bytes of a file as text, or an empty text for a missing file; null if it cannot be read. */
function tailOf(path: string): { readonly text: string; readonly isWhole: boolean } | null {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? { text: "", isWhole: true } : null;
  }
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, TAIL));
    const read = readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return { text: bytes.toString("utf8", 0, read), isWhole: size <= TAIL };
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}

/** Returns the object in a file; undefined if there is no file or no object in it. */
function objectIn(path: string): Json {
  try {
    return parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

function parse(text: string): Json {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const objectOf = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
const isText = (value: unknown): boolean => typeof value === "string";
const isNumber = (value: unknown): boolean => typeof value === "number";
const numberOr = <T>(value: unknown, other: T): number | T => (typeof value === "number" ? value : other);
