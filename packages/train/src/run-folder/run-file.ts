import type { ImageShape } from "@downhill/graph";
import type { ConfigFinding } from "../config/findings.ts";
import { type RunConfig, withLaterOptions } from "../config/run-config.ts";
import type { GivenConfig } from "../config/schema.ts";
import { TrainError } from "../error.ts";
import { readSealedJson } from "../files/sealed-json.ts";
import type { FinderResult } from "../range-test/result.ts";
import type { DeviceFacts } from "../training/callback.ts";
import { runPaths } from "./paths.ts";
import { runSchema } from "./run-schema.ts";

/** What is known of a run when it begins: the contents of `run.json`. */
export interface RunFacts {
  readonly version: 1;
  /** Its name: that of its folder when it was made. */
  readonly id: string;
  /** When it began, ISO 8601. */
  readonly created: string;
  /** A command that repeats it. */
  readonly command: string;
  /** What was stated. */
  readonly given: GivenConfig;
  /** What that means, nothing left open. */
  readonly config: RunConfig;
  readonly seed: number;
  readonly data: {
    readonly name: string;
    readonly source: string;
    readonly kind: string;
    /** How the files were read, in words. Of older runs not there. */
    readonly reading?: string;
    readonly fingerprint: string;
    readonly imageShape: ImageShape;
    readonly classNames: readonly string[];
    readonly counts: { readonly train: number; readonly validation: number; readonly test: number };
    readonly normalization: { readonly mean: readonly number[]; readonly std: readonly number[] };
    /** What its examination found, in sentences: imbalance, duplicates, images that could not be read. */
    readonly findings: readonly string[];
  };
  readonly model: { readonly name: string; readonly parameters: number; readonly multiplyAdds: number };
  readonly optimizer: {
    readonly name: string;
    readonly title: string;
    /** In force at the first step. */
    readonly hyperparameters: Readonly<Record<string, unknown>>;
  };
  /** Of the learning rate; null where it depends on the loss. */
  readonly schedule: object | null;
  /** Of the batch size, by the epoch; null where it stays what it is. Of older runs not there. */
  readonly batchSchedule?: object | null;
  /** Settings that do not fit the length of the run. Absent in older runs, whose findings have no remedies. */
  readonly findings?: readonly (Pick<ConfigFinding, "code" | "key" | "text"> & Partial<ConfigFinding>)[];
  /** The range test that the rate is from; null where it was stated, or is a default. Of older runs not there. */
  readonly finder?: FinderResult | null;
  /** Of the first epoch, where they differ. */
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  readonly device: DeviceFacts;
  readonly versions: {
    readonly downhill: string;
    readonly node: string;
    readonly onnxruntime: string;
    readonly platform: string;
  };
}

/**
 * Reads what a run folder says of itself.
 * @throws TrainError where the folder is not there, is no run's, or its `run.json` is damaged
 */
export function readRunFile(folder: string): RunFacts {
  const facts = readSealedJson<RunFacts>(
    runPaths(folder).run,
    runSchema,
    "Restore the file from a copy, choose another run, or start a new one",
  );
  if (facts === null) throw new TrainError(`${folder}: there is no run.json in it: expected the folder of a run`);
  return { ...facts, config: withLaterOptions(facts.config) };
}
