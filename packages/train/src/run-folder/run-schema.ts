import { FORMAT_NAMES } from "@downhill/images";
import { type Description, schedules } from "@downhill/optim";
import { z } from "zod";
import { mayBeAbsent } from "../config/run-config.ts";
import { resolvedEntries } from "../config/settings/index.ts";
import { zodOf } from "../config/settings/zod.ts";
import { VIEWS } from "../evaluation/views.ts";

/** Common parts of the schemas. */
const count = z.number().int().min(0);
const text = z.string();
const number = z.number();
/** JSON stores NaN and infinity as null. */
const numberOrNull = z.number().nullable();
const record = z.record(z.string(), z.unknown());
const part = z.enum(["validation", "test"]);

const folders = z.union([text, z.array(text)]);
const rate = z.looseObject({ lr: number, why: text });

const finder = z.looseObject({
  optimizer: text,
  chosen: rate.nullable(),
  suggestions: z.record(text, rate.nullable()),
  choose: text,
  refusal: text.nullable(),
  curve: z.looseObject({
    lr: z.array(number),
    loss: z.array(numberOrNull),
    smoothed: z.array(numberOrNull),
    low: z.array(numberOrNull).optional(),
    high: z.array(numberOrNull).optional(),
  }),
  lowest: number,
  highest: number,
  spacing: z.enum(["exponential", "linear"]),
  steps: count,
  seeds: count,
  probe: count,
  seconds: number,
});

/** The resolved configuration; options that an older version did not have are absent. */
const config = z.looseObject({
  ...Object.fromEntries(
    resolvedEntries.map(([key, { resolved }]) => [
      key,
      mayBeAbsent(key) ? zodOf(resolved).optional() : zodOf(resolved),
    ]),
  ),
  cycleMomentum: z.boolean(),
});

/** True if a schedule can be built from the description, as reading the batch sizes of a run requires. */
function isSchedule(description: object): boolean {
  try {
    schedules.build(description as Description);
    return true;
  } catch {
    return false;
  }
}

/** Schema of `run.json`. It allows keys of newer releases; keys that older releases lack are optional. */
export const runSchema = z.looseObject({
  version: z.literal(1),
  id: text,
  created: text,
  command: text,
  given: z.looseObject({
    data: text,
    lr: z.union([number, text]).optional(),
    validationShare: number.optional(),
    imageSize: count.optional(),
    channels: count.optional(),
    bands: z.array(count).optional(),
    valueRange: z.tuple([number, number]).optional(),
    dataFormat: z.enum(FORMAT_NAMES).optional(),
    labels: folders.optional(),
    labelColumn: folders.optional(),
    imageColumn: text.optional(),
    splitColumn: text.optional(),
    labelPattern: text.optional(),
    trainFolder: folders.optional(),
    validationFolder: folders.optional(),
    testFolder: folders.optional(),
    classLevel: count.optional(),
    fold: count.optional(),
    folds: z.union([count, z.literal("all")]).optional(),
    trainLimit: count.optional(),
    testLimit: count.optional(),
    seed: count.optional(),
    pretrained: text.optional(),
  }),
  config,
  pretrained: z
    .looseObject({
      source: text,
      origin: text,
      sha256: text,
      tensors: count,
      newHead: text.nullable(),
      isNormalizationAssumed: z.boolean().optional(),
    })
    .nullable()
    .optional(),
  seed: count,
  data: z.looseObject({
    name: text,
    source: text,
    kind: text,
    reading: text.optional(),
    fingerprint: text,
    imageShape: z.tuple([count.min(1), count.min(1), count.min(1)]),
    classNames: z.array(text).min(1),
    counts: z.looseObject({ train: count, validation: count, test: count }),
    normalization: z.looseObject({ mean: z.array(number), std: z.array(number) }),
    findings: z.array(text),
  }),
  model: z.looseObject({ name: text, parameters: count, multiplyAdds: count }),
  optimizer: z.looseObject({ name: text, title: text, hyperparameters: record }),
  schedule: z.looseObject({}).nullable(),
  batchSchedule: z.looseObject({}).refine(isSchedule, "expected a schedule").nullable().optional(),
  findings: z.array(z.looseObject({ code: text, key: text, text })).optional(),
  finder: finder.nullable().optional(),
  stepsPerEpoch: count,
  totalSteps: count,
  device: z.looseObject({ name: text, threads: count, lowering: text, reason: text }),
  versions: z.looseObject({ downhill: text, node: text, onnxruntime: text, platform: text }),
});

const shares = z.array(numberOrNull);
const curve = z.array(z.tuple([number, number]));
const curves = { roc: curve, precisionRecall: curve };
const ranking = z.looseObject({
  auc: shares,
  averagePrecision: shares,
  macro: z.looseObject({ ...curves, auc: number, averagePrecision: number }).nullable(),
  curves: z.array(z.looseObject({ ...curves, label: count })),
});
const scores = { images: count, loss: numberOrNull, accuracy: number };

/** Schema of `result.json`. All scores per class have the same length. */
export const resultSchema = z
  .looseObject({
    status: z.enum(["finished", "stopped", "failed"]),
    reason: text.nullable(),
    steps: count,
    epochs: count,
    seconds: number,
    imagesPerSecond: number,
    waitingShare: number,
    seed: count,
    part: part.nullable(),
    images: count.nullable(),
    accuracy: numberOrNull,
    loss: numberOrNull,
    top5: numberOrNull,
    calibrationError: numberOrNull,
    validation: z.looseObject(scores).nullable(),
    augmented: z
      .looseObject({ ...scores, views: z.enum(VIEWS) })
      .nullable()
      .optional(),
    balancedAccuracy: numberOrNull.optional(),
    ranking: ranking.nullable().optional(),
    perClass: shares.nullable(),
    confusion: z.array(z.array(count)).nullable(),
    calibration: z
      .array(z.looseObject({ from: number, to: number, count, confidence: numberOrNull, accuracy: numberOrNull }))
      .nullable(),
    mistakes: z.array(
      z.looseObject({
        index: count,
        label: count,
        predicted: count,
        probability: numberOrNull,
        loss: numberOrNull,
        name: text,
      }),
    ),
  })
  .refine(
    ({ perClass, confusion, ranking, mistakes }) =>
      confusion === null ||
      (perClass?.length === confusion.length &&
        (ranking?.curves ?? []).every(({ label }) => label < confusion.length) &&
        confusion.every((row) => row.length === confusion.length) &&
        mistakes.every(({ label, predicted }) => Math.max(label, predicted) < confusion.length)),
    "perClass, confusion and mistakes: expected the same number of classes",
  );
