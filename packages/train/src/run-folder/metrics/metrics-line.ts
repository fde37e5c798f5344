import { z } from "zod";
import type { EpochLine, StepLine } from "../../training/callback.ts";

/** Duration of an epoch: a line of `timings.ndjson`. */
export interface EpochTiming {
  readonly epoch: number;
  /** Time of the training steps, without evaluation. */
  readonly seconds: number;
  readonly imagesPerSecond: number;
  /** Share of this time spent waiting for the next batch. */
  readonly waitingShare: number;
}

const count = z.number().int().min(0);
/** JSON stores NaN and infinity as null. */
const measured = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

const epochSchema = z.looseObject({
  epoch: count,
  phase: z.enum(["head", "all"]).optional(),
  steps: count,
  batchSize: count.optional(),
  noiseScale: measured.optional(),
  train: z.looseObject({ loss: measured, accuracy: measured }),
  evaluation: z
    .looseObject({
      part: z.enum(["validation", "test"]),
      loss: measured,
      accuracy: measured,
      balancedAccuracy: measured.optional(),
      top5: measured,
      calibrationError: measured,
      perClass: z.array(z.number().nullable()),
    })
    .nullable(),
});

const timingSchema = z.looseObject({
  epoch: count,
  seconds: measured,
  imagesPerSecond: measured,
  waitingShare: measured,
});

/** Keys of every step line. */
const STEP_KEYS = ["step", "epoch", "loss", "accuracy", "batchSize"] as const;

/** True for the line of an epoch; step lines have the key `step`. */
export const isEpochLine = (line: StepLine | EpochLine): line is EpochLine => !("step" in line);

/**
 * Returns a validator of metrics lines.
 * @param classes number of classes of the run
 * @returns maps the JSON of a line to the line; undefined if it is invalid
 */
export const metricsLine =
  (classes: number) =>
  (line: object): StepLine | EpochLine | undefined => {
    if (Object.hasOwn(line, "step")) return asStepLine(line as Record<string, unknown>);
    const epoch = parse<EpochLine>(epochSchema, line);
    return (epoch?.evaluation?.perClass.length ?? classes) === classes ? epoch : undefined;
  };

/** Validates a line of the timings; returns undefined if it is invalid. */
export const timingLine = (line: object): EpochTiming | undefined => parse<EpochTiming>(timingSchema, line);

/** Validates without a schema, which would be slow for a million lines. */
function asStepLine(line: Record<string, unknown>): StepLine | undefined {
  if (Object.hasOwn(line, "__proto__")) return undefined;
  for (const key of STEP_KEYS) if (!Object.hasOwn(line, key)) return undefined;
  for (const key in line) {
    const value = line[key];
    if (value === null) line[key] = Number.NaN;
    else if (typeof value !== "number") return undefined;
  }
  return isCount(line.step) && isCount(line.epoch) ? (line as StepLine) : undefined;
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

const parse = <T>(schema: z.ZodType, line: object): T | undefined => schema.safeParse(line).data as T | undefined;
