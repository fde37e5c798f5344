import {
  type Comparison,
  type EntrantResult,
  type Mean,
  type Measure,
  statusText,
  trainedOf,
} from "@downhill/experiments";
import { duration } from "@downhill/train/text";
import { count, loss, percent, short } from "../output/format.ts";
import { type Column, table } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";

const HEADINGS: Readonly<Record<Measure, string>> = {
  accuracy: "accuracy",
  loss: "loss",
  seconds: "time to target",
  updates: "updates to target",
};

/** Formats a score of a measure. */
function scoreText(measure: Measure, value: number): string {
  if (measure === "accuracy") return percent(value, 2);
  if (measure === "loss") return loss(value);
  return measure === "seconds" ? duration(value) : count(value);
}

/** Formats the interval of a score. */
function intervalText(measure: Measure, { interval }: Mean): string {
  if (interval === null) return "-";
  const [low, high] = measure === "accuracy" ? [Math.max(0, interval[0]), Math.min(1, interval[1])] : interval;
  return measure === "accuracy"
    ? `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)}`
    : `${scoreText(measure, Math.max(0, low))} to ${scoreText(measure, high)}`;
}

/** Returns the table of a comparison at any stage, the best entrant first. */
export function scoreTable({ entrants, facts }: Comparison, terminal: Terminal): string {
  const { measure, target } = facts;
  const right = { align: "right" } as const;
  const columns: Column[] = [
    { title: "entrant" },
    { title: HEADINGS[measure], ...right },
    { title: "95 % interval", ...right, drop: 1 },
    ...(target === null || measure === "seconds" || measure === "updates"
      ? []
      : [{ title: `to ${percent(target, 0)}`, ...right, drop: 3 }]),
    { title: "rate", ...right, drop: 2 },
    { title: "good rates", ...right, drop: 4 },
    { title: "seeds", ...right, drop: 5 },
    { title: "time", ...right, drop: 6 },
  ];
  const rows = entrants.map((entrant) => {
    const { name, score, lr, good, seconds } = entrant;
    return [
      name,
      score === null ? statusText(entrant, facts) : scoreText(measure, score.mean),
      score === null ? "" : intervalText(measure, score),
      ...(columns.length === 8 ? [targetText(entrant)] : []),
      lr === null ? "-" : short(lr),
      good === null ? "-" : `${short(good.low, 2)} to ${short(good.high, 2)}`,
      String(trainedOf(entrant).length),
      duration(seconds.tuning + seconds.training),
    ];
  });
  return table(terminal, columns, rows);
}

function targetText(entrant: EntrantResult): string {
  const { target } = entrant;
  if (target === null) return "-";
  const ended = trainedOf(entrant).length;
  if (target.updates === null) return "never";
  const updates = `${count(target.updates.mean)} updates`;
  return target.reached === ended ? updates : `${updates} (${target.reached} of ${ended})`;
}
