import { palette, svg } from "@downhill/train/plots";
import * as Plot from "@observablehq/plot";
import { examples } from "../../examples/schedules.mjs";

const STEPS = 100;
const COLUMNS = 5;

/** Draws every kind of schedule as a share of its highest value; a momentum schedule is dashed. */
export function schedules() {
  const panels = examples.map(({ label, schedule }, i) => {
    const values = sample(schedule);
    const highest = Math.max(...values.map(({ value }) => value));
    const panel = { column: i % COLUMNS, row: Math.floor(i / COLUMNS) };
    const at = (points, scale) => points.map(({ step, value }) => ({ step, value: value / scale, ...panel }));
    return {
      ...panel,
      title: schedule.description.kind,
      label,
      rate: at(values, highest),
      momentum: schedule.momentum ? at(sample(schedule.momentum), 1) : [],
    };
  });
  const facet = { fx: "column", fy: "row" };
  const curve = { ...facet, x: "step", y: "value", z: null };
  const kinds = new Set(panels.map(({ title }) => title));
  return svg(`The course of ${kinds.size} kinds of schedules over ${STEPS} steps, as a share of their highest value`, {
    width: 900,
    height: 104 * Math.ceil(panels.length / COLUMNS),
    marginTop: 18,
    marginLeft: 6,
    marginRight: 6,
    marginBottom: 18,
    fx: { axis: null, padding: 0.08 },
    fy: { axis: null, padding: 0.4 },
    x: { axis: null, domain: [0, STEPS] },
    y: { axis: null, domain: [0, 1] },
    marks: [
      Plot.ruleY(panels, { ...facet, y: 0, stroke: "currentColor", strokeOpacity: 0.35 }),
      Plot.text(panels, { ...facet, frameAnchor: "top-left", dy: -14, text: "title", fontWeight: 600, fontSize: 11 }),
      Plot.text(panels, {
        ...facet,
        frameAnchor: "bottom-left",
        dy: 13,
        text: "label",
        fillOpacity: 0.7,
        fontSize: 10,
      }),
      Plot.line(
        panels.flatMap(({ momentum }) => momentum),
        { ...curve, stroke: palette[1], strokeDasharray: "3 2" },
      ),
      Plot.line(
        panels.flatMap(({ rate }) => rate),
        { ...curve, stroke: palette[0], strokeWidth: 1.75 },
      ),
    ],
  });
}

/** The number of points per step: two, so that a fall from one step to the next is nearly vertical. */
const sample = (schedule) => Array.from({ length: 2 * STEPS }, (_, i) => ({ step: i / 2, value: schedule(i / 2) }));
