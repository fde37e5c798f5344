import { defined } from "@downhill/optim/defined";
import { buildRunSchedule, type ConfigFinding, clockOf, type RunScheduleSetting } from "@downhill/train";
import { textOf } from "../config/remedies.ts";
import { curveInWords } from "../output/curve-words.ts";
import { count, plural, short } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { plot } from "../output/plot.ts";
import { joinSections } from "../output/sections.ts";
import { pairs } from "../output/table.ts";
import { wrap } from "../output/wrap.ts";
import { writeFiles } from "../output/write-files.ts";
import {
  previewSchedules,
  type ScheduledValues,
  type SchedulePreview,
  scheduledMomentum,
  thinned,
} from "../training/schedule-preview.ts";
import { UsageError } from "../usage-error.ts";

const TITLES: Readonly<Record<string, string>> = {
  lr: "learning rate",
  momentum: "momentum",
  weightDecay: "weight decay",
  batchSize: "batch size",
};

/** Schedule to preview, and the run in which it is to be in force. */
export interface PreviewRequest extends Omit<RunScheduleSetting, "lr" | "batchSchedule"> {
  /** Hyperparameter that follows the schedule. */
  readonly key: "lr" | "momentum" | "weightDecay" | "batchSize";
  readonly base: number;
  readonly images: number;
}

/**
 * Draws a schedule over a run.
 * @param folder for the curve and its plot, if they are to be kept
 */
export async function drawPreview(output: Output, request: PreviewRequest, folder?: string): Promise<undefined> {
  const { epochs, images } = request;
  const scheduled = scheduledValues(request);
  const preview = previewSchedules(scheduled, { epochs, images });
  const { values, note, description, findings } = scheduled;
  const names = [...Object.keys(values), ...(typeof scheduled.batchSize === "number" ? [] : ["batchSize"])];
  const facts = {
    schedule: description,
    of: names,
    epochs,
    images,
    steps: preview.totalSteps,
    epochEnds: preview.epochEnds,
    findings,
    curve: thinned(preview),
  };
  const files = folder === undefined ? [] : await write(folder, preview, facts);
  output.result(facts, () => {
    const columns = Math.min(100, output.results.columns());
    return joinSections([
      ...names.map((key) => drawn(key, preview, columns, output)),
      note && wrap(note, columns),
      ...findings.map((finding) => wrap(`Note: ${textOf(finding)}`, columns)),
      pairs(
        output.results,
        files.map((file, i) => [i === 0 ? "files" : "", file]),
      ),
    ]);
  });
}

/** Values of schedules, with a note about them and what they cannot do. */
interface Scheduled extends ScheduledValues {
  readonly note: string | null;
  readonly findings: readonly ConfigFinding[];
}

/** Builds the schedule as a training would, for the hyperparameter that follows it. */
function scheduledValues({ key, base, images, ...setting }: PreviewRequest): Scheduled {
  const { batchSize, epochs, increaseBatchInsteadOfDecay } = setting;
  if (key === "batchSize") return scheduledBatch({ ...setting, base, images });
  const {
    lr: schedule,
    batchSize: sizes,
    clock,
    findings,
  } = buildRunSchedule({ ...setting, lr: base, batchSchedule: null }, images);
  if ("observe" in schedule) {
    throw new UsageError("plateau: its values depend on the losses of a run, so it cannot be drawn before one");
  }
  const momentum = key === "lr" ? scheduledMomentum(schedule) : undefined;
  const values = { [key]: schedule, ...defined({ momentum }) };
  const { totalSteps } = clockOf({ length: images, batchSize, epochs });
  const note = increaseBatchInsteadOfDecay
    ? `${count(clock.totalSteps)} updates, instead of ${count(totalSteps)} at batch size ${short(batchSize)} with the decaying rate.`
    : null;
  return { description: schedule.description, values, batchSize: sizes, findings, note };
}

/** Builds a schedule of the batch size, in epochs. */
function scheduledBatch({ base, schedule, images, ...setting }: Omit<PreviewRequest, "key">): Scheduled {
  const run = { ...setting, lr: base, batchSize: base, batchSchedule: schedule, schedule: "constant", warmup: 0 };
  const { batchSize, findings } = buildRunSchedule(run, images);
  const description = typeof batchSize === "function" ? batchSize.description : {};
  return { description, values: {}, batchSize, findings, note: null };
}

/** One curve below its values in words. */
function drawn(
  key: string,
  { totalSteps, epochEnds, at }: SchedulePreview,
  columns: number,
  { results }: Output,
): string {
  const last = totalSteps - 1;
  const value = (step: number): number => at(step)[key] ?? Number.NaN;
  const curve = plot((position) => value(Math.round(position * last)), {
    columns,
    unicode: results.unicode,
    from: "step 0",
    to: `${count(last)}: ${plural(epochEnds.length, "epoch")}`,
  });
  return `${wrap(curveInWords(TITLES[key] ?? key, value, totalSteps), columns)}\n${curve}`;
}

async function write(folder: string, preview: SchedulePreview, facts: object): Promise<string[]> {
  // Plots are imported only where one is drawn.
  const { hyperparametersPlot, png } = await import("@downhill/train/plots");
  const steps = Array.from({ length: preview.totalSteps }, (_, step) => preview.at(step));
  const svg = hyperparametersPlot({ steps, epochEnds: preview.epochEnds }, { title: "Preview" });
  return writeFiles(folder, {
    "preview.json": `${JSON.stringify(facts, null, 2)}\n`,
    "preview.svg": svg,
    "preview.png": await png(svg),
  });
}
