import type { Schedule } from "@downhill/optim";
import {
  buildRunSchedule,
  type ConfigFinding,
  clockOf,
  type RunScheduleSetting,
  type ScheduleSetting,
} from "@downhill/train";
import { positiveNumber } from "../config/positive-number.ts";
import { textOf } from "../config/remedies.ts";
import { withSetting } from "../config/set.ts";
import { checkUnusedFolder } from "../config/unused-folder.ts";
import { wholeNumber } from "../config/whole-number.ts";
import { curveInWords } from "../output/curve-words.ts";
import { count, plural, short } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { plot } from "../output/plot.ts";
import { pairs } from "../output/table.ts";
import { wrap } from "../output/wrap.ts";
import { writeFiles } from "../output/write-files.ts";
import { previewSchedules, type ScheduledValues, type SchedulePreview, thinned } from "../training/schedule-preview.ts";
import { UsageError } from "../usage-error.ts";

interface Options {
  readonly of: "lr" | "momentum" | "weight-decay" | "batch-size";
  readonly base?: string;
  readonly set?: readonly string[];
  readonly warmup?: string;
  readonly epochs: string;
  readonly images: string;
  readonly batchSize: string;
  readonly increaseBatchInsteadOfDecay?: boolean;
  readonly largestBatch?: string;
  readonly out?: string;
}

const NAMES = { lr: "lr", momentum: "momentum", "weight-decay": "weightDecay", "batch-size": "batchSize" } as const;
const WORDS: Readonly<Record<string, string>> = {
  lr: "learning rate",
  momentum: "momentum",
  weightDecay: "weight decay",
  batchSize: "batch size",
};
const BASE = 0.1;

/** Draws a schedule over a run that is not there yet. */
export async function preview(output: Output, [name]: readonly [string], options: Options): Promise<undefined> {
  if (options.out !== undefined) checkUnusedFolder(options.out);
  const epochs = wholeNumber("--epochs", options.epochs) as number;
  const images = wholeNumber("--images", options.images) as number;
  const scheduled = scheduledValues(name, options, epochs, images);
  const course = previewSchedules(scheduled, { epochs, images });
  const { values, note, description, findings } = scheduled;
  const names = [...Object.keys(values), ...(typeof scheduled.batchSize === "number" ? [] : ["batchSize"])];
  const facts = {
    schedule: description,
    of: names,
    epochs,
    images,
    steps: course.totalSteps,
    epochEnds: course.epochEnds,
    findings,
    curve: thinned(course),
  };
  const files = options.out === undefined ? [] : await write(options.out, course, facts);
  output.result(facts, () => {
    const columns = Math.min(100, output.results.columns());
    return [
      ...names.map((key) => drawn(key, course, columns, output)),
      ...(note === undefined ? [] : [wrap(note, columns)]),
      ...findings.map((finding) => wrap(`Note: ${textOf(finding)}`, columns)),
      ...(files.length === 0
        ? []
        : [
            pairs(
              output.results,
              files.map((file, i) => [i === 0 ? "files" : "", file]),
            ),
          ]),
    ].join("\n\n");
  });
}

/** Schedules, what follows them, and what is worth knowing about them. */
interface Preview extends ScheduledValues {
  readonly note?: string;
  readonly findings: readonly ConfigFinding[];
}

/** What follows which schedule. */
function scheduledValues(name: string, options: Options, epochs: number, images: number): Preview {
  const batchSize = wholeNumber("--batch-size", options.batchSize) as number;
  if (batchSize > images) {
    throw new UsageError(`--batch-size ${batchSize}: expected at most ${images}, the training images`);
  }
  const key = NAMES[options.of];
  const { increaseBatchInsteadOfDecay = false } = options;
  if (increaseBatchInsteadOfDecay && key !== "lr") {
    throw new UsageError(
      `--increase-batch-instead-of-decay --of ${options.of}: expected a schedule of the rate, --of lr`,
    );
  }
  if (options.largestBatch !== undefined && key !== "batchSize" && !increaseBatchInsteadOfDecay) {
    throw new UsageError(
      `--largest-batch ${options.largestBatch}: expected a batch size that changes: --of batch-size or --increase-batch-instead-of-decay`,
    );
  }
  if (options.warmup !== undefined && key === "batchSize") {
    throw new UsageError(`--warmup ${options.warmup} --of batch-size: expected none: a run has it of the rate alone`);
  }
  const base =
    options.base === undefined ? (key === "batchSize" ? batchSize : BASE) : positiveNumber("--base", options.base);
  const setting = (options.set ?? []).reduce<Record<string, unknown>>(withSetting, settingOf(name)) as ScheduleSetting;
  const run: RunScheduleSetting = {
    schedule: setting,
    lr: base,
    warmup: options.warmup === undefined ? 0 : positiveNumber("--warmup", options.warmup),
    epochs,
    batchSize,
    batchSchedule: null,
    increaseBatchInsteadOfDecay,
    largestBatch: wholeNumber("--largest-batch", options.largestBatch) ?? null,
  };
  if (key === "batchSize") return scheduledBatch({ ...run, batchSize: base, batchSchedule: setting }, images);
  const { lr: schedule, batchSize: sizes, clock, findings } = buildRunSchedule(run, images);
  if ("observe" in schedule) {
    throw new UsageError("plateau: its value depends on the losses of a run, so it cannot be drawn before one");
  }
  const { momentum } = schedule as { readonly momentum?: Schedule };
  const values = { [key]: schedule, ...(key === "lr" && momentum ? { momentum } : {}) };
  const scheduled = { description: schedule.description, values, batchSize: sizes, findings };
  if (!increaseBatchInsteadOfDecay) return scheduled;
  const { totalSteps } = clockOf({ length: images, batchSize, epochs });
  const note = `${count(clock.totalSteps)} updates in place of the ${count(totalSteps)} that ${short(batchSize)} images a step take with the decaying rate.`;
  return { ...scheduled, note };
}

/** The batch size alone, by the epoch. */
function scheduledBatch(run: RunScheduleSetting, images: number): Preview {
  const { batchSize, findings } = buildRunSchedule({ ...run, schedule: "constant", warmup: 0 }, images);
  return { description: (batchSize as Schedule).description, values: {}, batchSize, findings };
}

/** A name stands for a schedule without arguments. */
function settingOf(text: string): Record<string, unknown> {
  if (!text.trimStart().startsWith("{")) return { kind: text };
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new UsageError(`${text}: expected a schedule as JSON: ${(error as Error).message}`);
  }
}

/** One curve with its values in words. */
function drawn(
  key: string,
  { totalSteps, epochEnds, at }: SchedulePreview,
  columns: number,
  { results }: Output,
): string {
  const last = totalSteps - 1;
  const value = (step: number): number => at(step)[key] as number;
  const curve = plot((position) => value(Math.round(position * last)), {
    columns,
    unicode: results.unicode,
    from: "step 0",
    to: `${count(last)}: ${plural(epochEnds.length, "epoch")}`,
  });
  return `${wrap(curveInWords(WORDS[key] as string, value, totalSteps), columns)}\n${curve}`;
}

async function write(folder: string, course: SchedulePreview, facts: object): Promise<string[]> {
  // Loaded when there is something to draw.
  const { hyperparametersPlot, png } = await import("@downhill/train/plots");
  const steps = Array.from({ length: course.totalSteps }, (_, step) => course.at(step));
  const svg = hyperparametersPlot({ steps, epochEnds: course.epochEnds }, { title: "Preview" });
  return writeFiles(folder, {
    "preview.json": `${JSON.stringify(facts, null, 2)}\n`,
    "preview.svg": svg,
    "preview.png": await png(svg),
  });
}
