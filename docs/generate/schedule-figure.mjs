import * as Plot from "@observablehq/plot";
import { COLOR, draw } from "./drawing.mjs";

/** The number of steps that every example covers. */
export const STEPS = 100;

/** The values of a schedule by the step; its momentum, if it has one, is a dashed curve as a share of the height. */
export function scheduleFigure(name, label, schedule) {
  const values = sample(schedule);
  const highest = Math.max(...values.map(({ value }) => value));
  const momentum = schedule.momentum ? sample(schedule.momentum) : [];
  const strongest = Math.max(...momentum.map(({ value }) => value));
  return draw(`schedule-${name}`, label, {
    height: 190,
    marginLeft: 46,
    marginTop: 14,
    marginRight: 10,
    marginBottom: 36,
    x: { label: "step", ticks: 5, tickSize: 3, domain: [0, STEPS] },
    y: { label: null, ticks: 5, tickSize: 3, grid: true, domain: [0, highest], nice: true },
    marks: [
      Plot.ruleY([0], { stroke: COLOR.line }),
      Plot.line(
        momentum.map(({ step, value }) => ({ step, value: (value / strongest) * highest })),
        { x: "step", y: "value", stroke: COLOR.second, strokeWidth: 1.5, strokeDasharray: "4 3" },
      ),
      Plot.line(values, { x: "step", y: "value", stroke: COLOR.main, strokeWidth: 2 }),
    ],
  });
}

/** Two values for each step, so that a fall from one step to the next is nearly upright. */
const sample = (schedule) => Array.from({ length: 2 * STEPS }, (_, i) => ({ step: i / 2, value: schedule(i / 2) }));
