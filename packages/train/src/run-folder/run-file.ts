import type { ImageShape } from "@downhill/graph";
import type { ConfigFinding } from "../config/findings.ts";
import { type RunConfig, withLaterOptions } from "../config/run-config.ts";
import type { GivenConfig } from "../config/schema.ts";
import { foldFolder, isCrossValidation } from "../cross-validation/cross-validation-file.ts";
import { TrainError } from "../error.ts";
import { readSealedJson } from "../files/sealed-json.ts";
import type { PretrainedFacts } from "../pretrained/load-pretrained.ts";
import type { FinderResult } from "../range-test/result.ts";
import type { DeviceFacts } from "../training/callback.ts";
import { runPaths } from "./paths.ts";
import { runSchema } from "./run-schema.ts";

/** Facts of a run that are known when it starts: the contents of `run.json`. */
export interface RunFacts {
  readonly version: 1;
  /** Name of the run: that of its folder at the start. */
  readonly id: string;
  /** Start time, ISO 8601. */
  readonly created: string;
  /** Command that repeats the run. */
  readonly command: string;
  /** Given configuration. */
  readonly given: GivenConfig;
  /** Resolved configuration, including all defaults. */
  readonly config: RunConfig;
  /** Weights from which the run started; null without them. Older runs lack it. */
  readonly pretrained?: PretrainedFacts | null;
  readonly seed: number;
  readonly data: {
    readonly name: string;
    readonly source: string;
    readonly kind: string;
    /** Describes how the files were read. Older runs lack it. */
    readonly reading?: string;
    readonly fingerprint: string;
    readonly imageShape: ImageShape;
    readonly classNames: readonly string[];
    readonly counts: { readonly train: number; readonly validation: number; readonly test: number };
    readonly normalization: { readonly mean: readonly number[]; readonly std: readonly number[] };
    /** Findings of the data check as sentences: imbalance, duplicates, unreadable images. */
    readonly findings: readonly string[];
  };
  readonly model: { readonly name: string; readonly parameters: number; readonly multiplyAdds: number };
  readonly optimizer: {
    readonly name: string;
    readonly title: string;
    /** Values at the first step. */
    readonly hyperparameters: Readonly<Record<string, unknown>>;
  };
  /** Learning-rate schedule; null if it depends on the loss. */
  readonly schedule: object | null;
  /** Batch-size schedule by epoch; null if the batch size is constant. Older runs lack it. */
  readonly batchSchedule?: object | null;
  /** Settings that do not fit the length of the run. Absent in older runs, whose findings have no remedies. */
  readonly findings?: readonly (Pick<ConfigFinding, "code" | "key" | "text"> & Partial<ConfigFinding>)[];
  /** Range test that found the learning rate; null if the rate was given or is a default. Older runs lack it. */
  readonly finder?: FinderResult | null;
  /** Steps of the first epoch. */
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
 * Reads the facts of a run.
 * @throws TrainError if the folder is missing or not a run folder, or if its `run.json` is damaged
 */
export function readRunFile(folder: string): RunFacts {
  const facts = readSealedJson<RunFacts>(runPaths(folder).run, runSchema, [
    { act: "restore the file from a copy" },
    { act: "choose another run" },
    { act: "start a new one" },
  ]);
  if (facts === null && isCrossValidation(folder)) {
    throw new TrainError(
      `${folder}: this is the folder of a cross-validation. Expected a run folder. Use one of its runs, such as ${foldFolder(folder, 1)}.`,
    );
  }
  if (facts === null) throw new TrainError(`${folder}: run.json is missing. Expected a run folder.`);
  return { ...facts, config: withLaterOptions(facts.config) };
}
