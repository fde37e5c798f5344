import { existsSync } from "node:fs";
import { join } from "node:path";
import { configSchema, type GivenConfig, TrainError, type versions } from "@downhill/train";
import { readSealedJson, sealJson, writeAtomically } from "@downhill/train/files";
import { z } from "zod";
import type { Entrant } from "./entrant.ts";

/** Scores by which entrants can be ranked; `seconds` and `updates` are those until the target accuracy. */
export const MEASURES = ["accuracy", "loss", "seconds", "updates"] as const;
export type Measure = (typeof MEASURES)[number];

/** Time limit of a comparison. */
export interface Budget {
  readonly seconds: number;
  /** True after `tuning` and `seeds` have been reduced to what fits, as measured on the first training of each entrant. */
  readonly isApplied: boolean;
}

/** Settings of a comparison: what is compared, and how. */
export interface ComparisonSettings {
  /** Settings that all entrants share. */
  readonly given: GivenConfig;
  readonly entrants: readonly Entrant[];
  /** Seeds of the trainings that are compared. All entrants train with all of them. */
  readonly seeds: readonly number[];
  /** Seed of the trainings that find the rates. It is none of `seeds`, which a rate must not be fitted to. */
  readonly tuningSeed: number;
  /**
   * Number of trainings by which each entrant finds its learning rate, besides the range test. 0 without a search: entrants
   * then train with the rate of the settings, or as a training without a rate does.
   */
  readonly tuning: number;
  /** Number of trainings by which each entrant then finds its weight decay; default 0. */
  readonly weightDecayTuning?: number;
  readonly measure: Measure;
  /** Accuracy on validation images after an epoch, 0 to 1, whose first crossing is measured; null for none. */
  readonly target: number | null;
  /** Time limit; null for none. It reduces the numbers of trainings, the same for all entrants. */
  readonly budget: Budget | null;
  /** True if the worse half of the entrants is dropped after the tuning, and again after each seed. */
  readonly stopEarly: boolean;
}

/** Facts of a comparison that are known when it starts: the contents of `comparison.json`. */
export interface ComparisonFacts extends ComparisonSettings {
  readonly version: 1;
  /** Name: that of its folder at the start. */
  readonly id: string;
  /** Start time, ISO 8601. */
  readonly created: string;
  /** Command that repeats it. */
  readonly command: string;
  readonly data: {
    readonly name: string;
    readonly fingerprint: string;
    readonly trainImages: number;
    /** Part on which the compared trainings are evaluated. */
    readonly part: "test" | "validation";
  };
  readonly versions: ReturnType<typeof versions>;
}

const count = z.number().int().min(0);
const schema = z.looseObject({
  version: z.literal(1),
  id: z.string(),
  created: z.string(),
  command: z.string(),
  given: configSchema,
  entrants: z.array(z.strictObject({ name: z.string(), changes: z.looseObject({}) })).min(1),
  seeds: z.array(count),
  tuningSeed: count,
  tuning: count,
  weightDecayTuning: count.optional(),
  measure: z.enum(MEASURES),
  target: z.number().nullable(),
  budget: z.strictObject({ seconds: z.number().positive(), isApplied: z.boolean() }).nullable(),
  stopEarly: z.boolean(),
  data: z.looseObject({
    name: z.string(),
    fingerprint: z.string(),
    trainImages: count,
    part: z.enum(["test", "validation"]),
  }),
  versions: z.looseObject({}),
});

const pathOf = (folder: string): string => join(folder, "comparison.json");

/** Returns true if a folder contains a comparison. */
export const isComparison = (folder: string): boolean => existsSync(pathOf(folder));

/** Writes the facts of a comparison. */
export const writeFacts = (folder: string, facts: ComparisonFacts): void =>
  writeAtomically(pathOf(folder), sealJson(facts, 2));

/**
 * Reads the facts of a comparison.
 * @throws TrainError if the folder is missing or is none, or if the file is damaged
 */
export function readFacts(folder: string): ComparisonFacts {
  const facts = readSealedJson<ComparisonFacts>(pathOf(folder), schema, [
    { act: "restore the file from a copy" },
    { act: "start a new comparison" },
  ]);
  if (facts !== null) return facts;
  throw new TrainError(`${folder}: comparison.json is missing. Expected the folder of a comparison.`);
}
