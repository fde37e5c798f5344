import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { GivenConfig } from "../config/schema.ts";
import { TrainError } from "../error.ts";
import { writeAtomically } from "../files/atomic.ts";
import { readSealedJson, sealJson } from "../files/sealed-json.ts";
import { runSchema } from "../run-folder/run-schema.ts";

/** Facts of a cross-validation that are known when it starts: the contents of `cross-validation.json`. */
export interface CrossValidationFacts {
  readonly version: 1;
  /** Name: that of its folder at the start. */
  readonly id: string;
  /** Start time, ISO 8601. */
  readonly created: string;
  /** Command that repeats it. */
  readonly command: string;
  /** Given configuration, without a fold. */
  readonly given: GivenConfig;
  /** Numbers of the folds, each of which is the test part of one training. */
  readonly folds: readonly number[];
}

const schema = z.looseObject({
  version: z.literal(1),
  id: z.string(),
  created: z.string(),
  command: z.string(),
  given: runSchema.shape.given,
  folds: z.array(z.number().int().min(0)).min(2),
});

const pathOf = (folder: string): string => join(folder, "cross-validation.json");

/** Path of the report of a cross-validation. */
export const crossValidationReport = (folder: string): string => join(folder, "report.html");

/** Returns the run folder of a fold. */
export const foldFolder = (folder: string, fold: number): string => join(folder, `fold-${fold}`);

/** Returns true if a folder contains a cross-validation. */
export const isCrossValidation = (folder: string): boolean => existsSync(pathOf(folder));

/** Writes the facts of a cross-validation. */
export const writeCrossValidation = (folder: string, facts: CrossValidationFacts): void =>
  writeAtomically(pathOf(folder), sealJson(facts, 2));

/** Removes the facts of a cross-validation. */
export const removeFacts = (folder: string): void => rmSync(pathOf(folder), { force: true });

/**
 * Reads the facts of a cross-validation.
 * @throws TrainError if the folder is missing or is none, or if the file is damaged
 */
export function readCrossValidationFacts(folder: string): CrossValidationFacts {
  const facts = readSealedJson<CrossValidationFacts>(pathOf(folder), schema, [
    { act: "restore the file from a copy" },
    { act: "start a new cross-validation" },
  ]);
  if (facts === null) {
    throw new TrainError(`${folder}: cross-validation.json is missing. Expected the folder of a cross-validation.`);
  }
  return facts;
}
