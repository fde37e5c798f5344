import { existsSync } from "node:fs";
import { join } from "node:path";
import { configSchema, type GivenConfig, TrainError, type versions } from "@downhill/train";
import { readSealedJson, sealJson, writeAtomically } from "@downhill/train/files";
import { z } from "zod";

/** Defaults of the training that is to be improved, as far as questions depend on them. */
export interface DefaultSettings {
  readonly optimizer: string;
  /** Kind of the learning-rate schedule. */
  readonly schedule: string;
  readonly warmup: number;
  readonly epochs: number;
  readonly batchSize: number;
  /** Hyperparameters in force besides the learning rate. */
  readonly hyperparameters: Readonly<Record<string, unknown>>;
}

/** Facts of an advice that are known when it starts: the contents of `advice.json`. */
export interface AdviceFacts {
  readonly version: 1;
  /** Name: that of its folder at the start. */
  readonly id: string;
  /** Start time, ISO 8601. */
  readonly created: string;
  /** Command that repeats it. */
  readonly command: string;
  /** Configuration whose unset settings are the defaults to beat. */
  readonly given: GivenConfig;
  /** Settings that all trainings add: compute threads and held-out images. They are not part of the advice. */
  readonly common: Omit<GivenConfig, "data">;
  /** Time limit in seconds. */
  readonly budget: number;
  /** Number of trainings that run at the same time. */
  readonly jobs: number;
  /** Number of seeds of each question. */
  readonly seeds: number;
  readonly defaults: DefaultSettings;
  readonly data: {
    readonly name: string;
    readonly fingerprint: string;
    /** Training images that are not held out. */
    readonly trainImages: number;
    /** Images on which questions are decided. */
    readonly validationImages: number;
    /** Part on which the chosen settings are compared with the defaults, and its number of images. */
    readonly part: "test" | "validation";
    readonly partImages: number;
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
  common: z.looseObject({}),
  budget: z.number().positive(),
  jobs: count.min(1),
  seeds: count.min(2),
  defaults: z.looseObject({
    optimizer: z.string(),
    schedule: z.string(),
    warmup: z.number(),
    epochs: count,
    batchSize: count,
    hyperparameters: z.record(z.string(), z.unknown()),
  }),
  data: z.looseObject({
    name: z.string(),
    fingerprint: z.string(),
    trainImages: count,
    validationImages: count,
    part: z.enum(["test", "validation"]),
    partImages: count,
  }),
  versions: z.looseObject({}),
});

const pathOf = (folder: string): string => join(folder, "advice.json");

/** Returns true if a folder contains an advice. */
export const isAdvice = (folder: string): boolean => existsSync(pathOf(folder));

/** Writes the facts of an advice. */
export const writeAdviceFacts = (folder: string, facts: AdviceFacts): void =>
  writeAtomically(pathOf(folder), sealJson(facts, 2));

/**
 * Reads the facts of an advice.
 * @throws TrainError if the folder is missing or is none, or if the file is damaged or of another version
 */
export function readAdviceFacts(folder: string): AdviceFacts {
  const facts = readSealedJson<AdviceFacts>(pathOf(folder), schema, [
    { act: "restore the file from a copy" },
    { act: "start a new advice" },
  ]);
  if (facts !== null) return facts;
  throw new TrainError(`${folder}: advice.json is missing. Expected the folder of an advice.`);
}
