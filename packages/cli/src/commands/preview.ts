import { optionalOr } from "../command/argument.ts";
import { defineCommand } from "../command/define-command.ts";
import { flag, list, option, optionOr } from "../command/option.ts";
import { oneOf, positiveNumber, text, wholeNumber } from "../command/readers.ts";
import { withSetting } from "../config/set.ts";
import { checkUnusedFolder } from "../config/unused-folder.ts";
import { UsageError } from "../usage-error.ts";
import { json } from "./shared.ts";

/** Hyperparameters that can be previewed: their names in the command line, and in a configuration. */
const KEYS = { lr: "lr", momentum: "momentum", "weight-decay": "weightDecay", "batch-size": "batchSize" } as const;
const BASE = 0.1;

export const preview = defineCommand({
  name: "preview",
  summary: "draw a schedule before training",
  description: "Draw the values that a schedule takes over a run, against steps and epochs.",
  args: [optionalOr("oneCycle", "schedule", "schedule by name or as JSON")],
  options: {
    of: optionOr(
      "lr",
      "<name>",
      "lr, momentum, weight-decay or batch-size",
      oneOf("lr", "momentum", "weight-decay", "batch-size"),
    ),
    base: option("<number>", "initial or peak value (default 0.1; batch-size: --batch-size)", positiveNumber),
    set: list("<argument=value>", "set a schedule argument (repeatable), in steps unless unit=epochs"),
    warmup: option("<epochs>", "epochs of warmup before the schedule (default 0)", positiveNumber),
    epochs: optionOr(10, "<n>", "epochs of the run", wholeNumber()),
    images: optionOr(50_000, "<n>", "number of training images", wholeNumber()),
    batchSize: optionOr(64, "<n>", "batch size in images", wholeNumber()),
    increaseBatchInsteadOfDecay: flag("increase the batch size instead of decaying the rate (arXiv 1711.00489)"),
    largestBatch: option("<n>", "maximum batch size in images (default: a tenth of --images)", wholeNumber()),
    out: option("<folder>", "write the curve and its plot to this folder", text),
    json,
  },
  examples: [
    "downhill preview cosine --base 0.05 --warmup 1 --epochs 30",
    "downhill preview step --of batch-size --base 128 --set stepSize=3 --set gamma=4",
    "downhill preview multi-step --increase-batch-instead-of-decay --set gamma=0.2 --epochs 180 --batch-size 128",
  ],
  async action({ output, args: [name], options }) {
    const { of, epochs, images, batchSize, increaseBatchInsteadOfDecay, largestBatch, warmup, out } = options;
    if (out !== undefined) checkUnusedFolder(out);
    const key = KEYS[of];
    if (batchSize > images) {
      throw new UsageError(`--batch-size ${batchSize}: expected at most ${images}, the training images`);
    }
    if (increaseBatchInsteadOfDecay && key !== "lr") {
      throw new UsageError(`--increase-batch-instead-of-decay --of ${of}: expected a schedule of the rate, --of lr`);
    }
    if (largestBatch !== undefined && key !== "batchSize" && !increaseBatchInsteadOfDecay) {
      throw new UsageError(
        `--largest-batch ${largestBatch}: expected a batch size that changes. Add --of batch-size or --increase-batch-instead-of-decay.`,
      );
    }
    if (warmup !== undefined && key === "batchSize") {
      throw new UsageError(`--warmup ${warmup} --of batch-size: only the learning rate has a warmup. Remove --warmup.`);
    }
    const run = {
      epochs,
      batchSize,
      increaseBatchInsteadOfDecay,
      largestBatch: largestBatch ?? null,
      warmup: warmup ?? 0,
    };
    const base = options.base ?? (key === "batchSize" ? batchSize : BASE);
    const { drawPreview } = await import("../actions/preview.ts");
    return drawPreview(output, { key, base, schedule: scheduleIn(name, options.set), images, ...run }, out);
  },
});

/**
 * Returns the schedule of a command: its name or JSON, with its arguments.
 * @throws UsageError if it is no schedule
 */
function scheduleIn(name: string, assignments: readonly string[]): { readonly kind: string } {
  const start = name.trimStart().startsWith("{") ? parse(name) : { kind: name };
  const { kind, ...rest } = assignments.reduce<Readonly<Record<string, unknown>>>(withSetting, start);
  if (typeof kind !== "string") throw new UsageError(`${name}: expected a kind, as in { "kind": "cosine" }`);
  return { kind, ...rest };
}

function parse(json: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new UsageError(`${json}: expected a schedule as JSON: ${error instanceof Error ? error.message : error}`);
  }
}
