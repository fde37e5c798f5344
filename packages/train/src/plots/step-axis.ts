import * as Plot from "@observablehq/plot";
import { isNarrow } from "./draw.ts";
import { count } from "./numbers.ts";

/** What the x axis of a training's curves spans. */
export interface StepSpan {
  /** Updates taken. */
  readonly steps: number;
  /** At how many updates each epoch ended. */
  readonly epochEnds: readonly number[];
}

/** More rules than this would be a wall. */
const MOST_RULES = 60;
const STEP_NUMBERS = [1, 2, 5] as const;

/** Steps below the frame, epochs done above it with a faint rule at the end of each. */
export function stepAxis(
  { steps, epochEnds }: StepSpan,
  width: number,
  { top = true, bottom = true }: { readonly top?: boolean; readonly bottom?: boolean } = {},
): Plot.Markish[] {
  const labelled = everySoMany(epochEnds.length, isNarrow(width) ? 5 : 10);
  const shown = withRoom(
    epochEnds.map((at, i) => ({ at, epoch: i + 1 })).filter(({ epoch }) => epoch % labelled === 0),
    (LEAST_ROOM * steps) / width,
  );
  const rules = epochEnds.length <= MOST_RULES ? epochEnds : shown.map(({ at }) => at);
  return [
    Plot.ruleX(
      rules.filter((at) => at < steps),
      { strokeOpacity: 0.13 },
    ),
    ...(top && shown.length > 0
      ? [
          Plot.axisX(
            shown.map(({ at }) => at),
            {
              anchor: "top",
              tickSize: 0,
              tickPadding: 4,
              label: null,
              tickFormat: (at: number) => count(shown.find((end) => end.at === at)?.epoch ?? 0),
            },
          ),
          besideTicks("epoch", "top", -4),
        ]
      : []),
    ...(bottom
      ? [
          Plot.axisX({
            anchor: "bottom",
            ticks: Math.max(3, Math.round(width / 110)),
            tickFormat: (step: number) => (Number.isInteger(step) ? count(step) : ""),
            tickSize: 4,
            label: null,
          }),
          besideTicks("step", "bottom", 8),
        ]
      : []),
  ];
}

/** Pixels from the middle of a number to that of the next. */
const LEAST_ROOM = 30;

/** Epochs of growing batches take fewer and fewer steps: those whose number would run into the one before have none. */
function withRoom<T extends { readonly at: number }>(ends: readonly T[], room: number): T[] {
  const kept: T[] = [];
  for (const end of ends) if (kept.length === 0 || end.at - (kept.at(-1) as T).at >= room) kept.push(end);
  return kept;
}

/** What an axis counts, in the margin on the left of its numbers: the room that a label of its own takes is the curves'. */
const besideTicks = (word: string, side: "top" | "bottom", dy: number): Plot.Markish =>
  Plot.text([word], {
    frameAnchor: `${side}-left`,
    lineAnchor: side === "top" ? "bottom" : "top",
    textAnchor: "end",
    dx: -12,
    dy,
    fillOpacity: 0.75,
  });

/** The least of 1, 2, 5, 10, 20, 50, ... that leaves at most so many of the numbers. */
export function everySoMany(numbers: number, most: number): number {
  for (let power = 1; ; power *= 10) {
    for (const first of STEP_NUMBERS) if (numbers / (first * power) <= most) return first * power;
  }
}
