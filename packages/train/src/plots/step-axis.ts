import * as Plot from "@observablehq/plot";
import { isNarrow } from "./draw.ts";
import type { Mark } from "./frame.ts";
import { count } from "./numbers.ts";

/** Range of the x axis of a training's curves. */
export interface StepSpan {
  /** Number of completed steps. */
  readonly steps: number;
  /** Number of steps at the end of each epoch. */
  readonly epochEnds: readonly number[];
}

/** Maximum number of vertical rules. */
const MOST_RULES = 60;
const STEP_NUMBERS = [1, 2, 5] as const;

/** Returns an axis with steps below the frame and epochs above it, and a faint rule at the end of each epoch. */
export function stepAxis(
  { steps, epochEnds }: StepSpan,
  width: number,
  { top = true, bottom = true }: { readonly top?: boolean; readonly bottom?: boolean } = {},
): Mark[] {
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

/** Minimum distance in pixels between the centers of two numbers. */
const LEAST_ROOM = 30;

/** Omits numbers that would overlap: with growing batches, later epochs take fewer steps. */
function withRoom<T extends { readonly at: number }>(ends: readonly T[], room: number): T[] {
  const kept: T[] = [];
  for (const end of ends) if (kept.length === 0 || end.at - (kept.at(-1) as T).at >= room) kept.push(end);
  return kept;
}

/** Labels an axis in the left margin, beside its numbers, which leaves more room for the curves. */
const besideTicks = (word: string, side: "top" | "bottom", dy: number): Mark =>
  Plot.text([word], {
    frameAnchor: `${side}-left`,
    lineAnchor: side === "top" ? "bottom" : "top",
    textAnchor: "end",
    dx: -12,
    dy,
    fillOpacity: 0.75,
  });

/** Returns the smallest interval of 1, 2, 5, 10, 20, 50, ... that leaves at most `most` of `numbers` labels. */
export function everySoMany(numbers: number, most: number): number {
  for (let power = 1; ; power *= 10) {
    for (const first of STEP_NUMBERS) if (numbers / (first * power) <= most) return first * power;
  }
}
