import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { z } from "zod";
import type { Schema } from "../config/settings/schema.ts";
import { TrainError } from "../error.ts";
import type { Remedy } from "../problem.ts";
import { onDisk } from "./on-disk.ts";

/** Key of the checksum: the SHA-256 hash of all other keys as JSON without spaces. */
const CHECKSUM = "checksum";
/** Maximum nesting depth. Files of this program have fewer than ten levels. */
const MAX_DEPTH = 100;

/** Returns an object as the text of a JSON file that ends with a checksum of its contents. */
export const sealJson = (value: object, indent?: number): string =>
  `${JSON.stringify({ ...value, [CHECKSUM]: checksumOf(JSON.stringify(value)) }, null, indent)}\n`;

const checksumOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * Reads a JSON file of this program. Files of older versions have no checksum; only the schema validates them.
 * @param remedies remedies for a damaged file
 * @returns the contents without the checksum; null if there is no file
 * @throws TrainError if the file is unreadable, truncated, changed or does not match the schema
 */
export function readSealedJson<T>(path: string, schema: Schema, remedies: readonly Remedy[] = []): T | null {
  const fail = (problem: string): never => {
    throw new TrainError(`${path}: ${problem}. Expected a file as Downhill wrote it.`, {
      code: "damaged-file",
      remedies,
    });
  };
  const text = readIfThere(path);
  if (text === null) return null;
  const { [CHECKSUM]: checksum, ...value } = parse(text, fail);
  if (checksum !== undefined && checksum !== checksumOf(JSON.stringify(value))) {
    fail(`the checksum differs, so the file was edited or damaged (after an intended edit, remove its "${CHECKSUM}")`);
  }
  if ("version" in value && value.version !== VERSION) {
    fail(`the version is ${shorten(JSON.stringify(value.version))}, and this release reads version ${VERSION}`);
  }
  const result = schema.safeParse(value);
  if (!result.success) fail(describe(result.error.issues[0] as z.core.$ZodIssue));
  // The value itself, not the schema's copy, keeps keys of newer releases.
  return value as T;
}

/** Version of all JSON files in a run folder. */
const VERSION = 1;

/** Reads a text file; null if there is no file. */
function readIfThere(path: string): string | null {
  try {
    return onDisk(path, () => readFileSync(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function parse(text: string, fail: (problem: string) => never): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail(text.trim() === "" ? "the file is empty" : "the file is truncated or damaged, it is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return fail("the file is not a JSON object");
  return isPlain(value)
    ? (value as Record<string, unknown>)
    : fail("the file has a key __proto__ or too many nested brackets");
}

/** True if an object and all nested ones have no key `__proto__`, and the nesting is not too deep. */
function isPlain(json: object): boolean {
  let level: object[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === MAX_DEPTH || level.some((value) => Object.hasOwn(value, "__proto__"))) return false;
    level = level.flatMap((value) =>
      Object.values(value).filter((inner): inner is object => typeof inner === "object" && inner !== null),
    );
  }
  return true;
}

/** Returns an issue of the schema as text: `data.counts.train: expected number, received null`. */
function describe(issue: z.core.$ZodIssue): string {
  const path = issue.path.join(".");
  const message = issue.message.replace(/^Invalid input: /, "").replace(/, received undefined$/, ", found nothing");
  return shorten(path === "" ? message : `${path}: ${message}`);
}

const MAX_TEXT = 200;
const shorten = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text);
