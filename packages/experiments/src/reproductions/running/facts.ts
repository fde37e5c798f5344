import { existsSync } from "node:fs";
import { join } from "node:path";
import { TrainError, type versions } from "@downhill/train";
import { readSealedJson, sealJson, writeAtomically } from "@downhill/train/files";
import { z } from "zod";

/** Facts of a reproduction that are known when it starts: the contents of `reproduction.json`. */
export interface ReproductionFacts {
  readonly version: 1;
  /** Name of the reproduction. */
  readonly name: string;
  /** Start time, ISO 8601. */
  readonly created: string;
  /** Command that repeats it. */
  readonly command: string;
  readonly quick: boolean;
  /** Name or folder of the images. */
  readonly data: string;
  readonly trainLimit: number;
  readonly testLimit: number;
  readonly seeds: readonly number[];
  readonly threads: number;
  readonly versions: ReturnType<typeof versions>;
}

const count = z.number().int().min(1);
const schema = z.looseObject({
  version: z.literal(1),
  name: z.string(),
  created: z.string(),
  command: z.string(),
  quick: z.boolean(),
  data: z.string(),
  trainLimit: count,
  testLimit: count,
  seeds: z.array(z.number().int().min(0)).min(1),
  threads: count,
  versions: z.looseObject({}),
});

const pathOf = (folder: string): string => join(folder, "reproduction.json");

/** Returns true if a folder contains a reproduction. */
export const isReproduction = (folder: string): boolean => existsSync(pathOf(folder));

/** Writes the facts of a reproduction. */
export const writeReproductionFacts = (folder: string, facts: ReproductionFacts): void =>
  writeAtomically(pathOf(folder), sealJson(facts, 2));

/**
 * Reads the facts of a reproduction.
 * @throws TrainError if the folder is missing or is none, or if the file is damaged
 */
export function readReproductionFacts(folder: string): ReproductionFacts {
  const facts = readSealedJson<ReproductionFacts>(pathOf(folder), schema, [{ act: "start the reproduction again" }]);
  if (facts !== null) return facts;
  throw new TrainError(`${folder}: reproduction.json is missing. Expected the folder of a reproduction.`);
}
