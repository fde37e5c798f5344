import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { z } from "zod";
import { TrainError } from "../error.ts";
import { onDisk } from "./on-disk.ts";

/** The key of the checksum, which is over all others: SHA-256 of their JSON without spaces. */
const CHECKSUM = "checksum";
/** Levels of brackets. What this program writes has fewer than ten. */
const MAX_DEPTH = 100;

/** An object as the text of a JSON file that ends with a checksum of its contents. */
export const sealJson = (value: object, indent?: number): string =>
  `${JSON.stringify({ ...value, [CHECKSUM]: checksumOf(JSON.stringify(value)) }, null, indent)}\n`;

const checksumOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * Reads a JSON file that this program wrote. Files of older versions have no checksum and are validated by the schema alone.
 * @param remedy what to do about a damaged file: an imperative sentence without its full stop
 * @returns the file's contents without the checksum; null where there is no file
 * @throws TrainError where the file cannot be read, is cut, was changed, or does not have the schema
 */
export function readSealedJson<T>(path: string, schema: z.ZodType, remedy = ""): T | null {
  const fail = (problem: string): never => {
    throw new TrainError(`${path}: ${problem}: expected the contents that Downhill wrote${remedy && `. ${remedy}`}`);
  };
  const text = readIfThere(path);
  if (text === null) return null;
  const { [CHECKSUM]: checksum, ...value } = parse(text, fail);
  if (checksum !== undefined && checksum !== checksumOf(JSON.stringify(value))) {
    fail(
      `the file was changed or damaged, its checksum differs (remove its "${CHECKSUM}" if you edited it on purpose)`,
    );
  }
  if ("version" in value && value.version !== VERSION) {
    fail(`it has version ${shorten(JSON.stringify(value.version))}, and this release reads version ${VERSION}`);
  }
  const result = schema.safeParse(value);
  if (!result.success) fail(describe(result.error.issues[0] as z.core.$ZodIssue));
  // The value as it was read, and not the schema's copy of it: keys that this release does not know are kept.
  return value as T;
}

/** Of all JSON files in a run folder. */
const VERSION = 1;

/** A file's text; null where there is no file. */
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
    return fail(text.trim() === "" ? "the file is empty" : "the file is cut or damaged, it is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return fail("it is not a JSON object");
  return isPlain(value) ? (value as Record<string, unknown>) : fail("it has a key __proto__ or too many brackets");
}

/** Whether an object, with all inside of it, has no key that changes what an object is, and can be walked through. */
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

/** `data.counts.train: Invalid input: expected number, received null`. */
function describe(issue: z.core.$ZodIssue): string {
  const path = issue.path.join(".");
  const message = issue.message.replace(/^Invalid input: /, "").replace(/, received undefined$/, ", found nothing");
  return shorten(path === "" ? message : `${path}: ${message}`);
}

const MAX_TEXT = 200;
const shorten = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text);
