import * as Plot from "@observablehq/plot";
import { at } from "../at.ts";
import type { StepTable } from "../run-folder/metrics/step-table.ts";
import { MARGINS, valueAxis } from "./curve.ts";
import { type Curve, downsample } from "./downsample.ts";
import { DEFAULT_WIDTH, draw, innerWidth, type Panel, type PlotOptions } from "./draw.ts";
import { number } from "./numbers.ts";
import { extent, select } from "./statistics.ts";
import { type StepSpan, stepAxis } from "./step-axis.ts";
import { COLORS } from "./theme.ts";
import { type Steps, tableOf } from "./training-data.ts";

/** Hyperparameters in force at each step, from the metrics of a training or from the preview of a schedule. */
export interface HyperparameterData {
  readonly steps: Steps<Readonly<Record<string, number>>>;
  /** Number of steps at the end of each epoch; default none, which marks no epochs. */
  readonly epochEnds?: readonly number[];
}

/** Keys of a line of the metrics that are not hyperparameters. */
const MEASURES: ReadonlySet<string> = new Set(["step", "epoch", "loss", "accuracy", "gradientNorm"]);

const NAMES: Readonly<Record<string, string>> = {
  lr: "Learning rate",
  momentum: "Momentum",
  weightDecay: "Weight decay",
  batchSize: "Batch size",
  noiseScale: "Noise scale",
  beta1: "β₁ (momentum)",
  beta2: "β₂",
  eps: "ε",
};
const FIRST = ["lr", "momentum", "beta1", "weightDecay", "batchSize", "noiseScale"];
const PANEL_COLORS = [COLORS.training, COLORS.evaluation, COLORS.third, COLORS.fourth] as const;
/** Maximum number of panels; the metrics file has all hyperparameters. */
const MOST_PANELS = 8;

/**
 * Plots the learning rate and each hyperparameter that changed, against steps and epochs. Constant hyperparameters are
 * listed below. Returns the text of an SVG file.
 */
export function hyperparametersPlot(
  { steps, epochEnds = [] }: HyperparameterData,
  { width = DEFAULT_WIDTH, title = "Hyperparameters in force" }: PlotOptions = {},
): string {
  const table = tableOf(steps);
  const { changing, constant } = sortHyperparameters(table);
  const span: StepSpan = { steps: (table.column("step").at(-1) ?? -1) + 1, epochEnds };
  const drawn = changing.slice(0, MOST_PANELS);
  return draw({
    width,
    title,
    description: inWords(table),
    panels: drawn.map((hyperparameter, i) =>
      panel(
        hyperparameter,
        span,
        innerWidth(width, title),
        PANEL_COLORS[i % PANEL_COLORS.length] as string,
        i === 0,
        i === drawn.length - 1,
      ),
    ),
    note: constant.length > 0 ? `Constant: ${constants(constant)}.` : "",
  });
}

/** Describes the plot in one or two sentences. */
export const hyperparametersInWords = ({ steps }: HyperparameterData): string => inWords(tableOf(steps));

function inWords(table: StepTable): string {
  const { changing, constant } = sortHyperparameters(table);
  const courses = changing.map((hyperparameter) => `${nameOf(hyperparameter.name)}: ${hyperparameter.course}.`);
  return [...courses, ...(constant.length > 0 ? [`Constant: ${constants(constant)}.`] : [])].join(" ");
}

/** Returns the names of the learning rate and of all hyperparameters that changed. */
export const changingHyperparameters = ({ steps }: HyperparameterData): readonly string[] =>
  sortHyperparameters(tableOf(steps)).changing.map(({ name }) => name);

function panel(
  { name, curve, course }: Changing,
  span: StepSpan,
  width: number,
  color: string,
  top: boolean,
  bottom: boolean,
): Panel {
  const height = 80 + (top ? 18 : 6) + (bottom ? MARGINS.marginBottom : 8);
  const domain = domainOf(curve.y);
  return {
    heading: nameOf(name),
    remark: course,
    plot: {
      ...MARGINS,
      height,
      marginTop: top ? 18 : 6,
      marginBottom: bottom ? MARGINS.marginBottom : 8,
      x: { domain: [0, Math.max(1, span.steps)] },
      y: { domain },
      marks: [
        ...stepAxis(span, width, { top, bottom }),
        bottom ? null : Plot.axisX({ anchor: "bottom", tickSize: 0, tickFormat: () => "", label: null }),
        ...valueAxis({ domain }, 110, top && span.epochEnds.length > 0),
        Plot.line(downsample(curve, Math.ceil(width / 2)), { x: "x", y: "y", stroke: color, strokeWidth: 2 }),
      ],
    },
  };
}

/** Returns the y range, which starts at zero unless that would flatten the curve. */
function domainOf(values: Float64Array): readonly [number, number] {
  const [lowest, high] = extent(values) ?? [0, 1];
  const low = lowest >= 0 && lowest <= 0.5 * high ? 0 : lowest;
  const room = 0.08 * (high - low) || Math.abs(high) || 1;
  return [low === 0 ? 0 : low - room, high + room];
}

/** A hyperparameter that gets a panel. */
interface Changing {
  readonly name: string;
  readonly curve: Curve;
  /** The curve in words. */
  readonly course: string;
}

interface Sorted {
  readonly length: number;
  readonly changing: readonly Changing[];
  readonly constant: readonly (readonly [string, number])[];
}

/** A report draws the same table several times, and one pass over a million steps takes its time. */
const SORTED = new WeakMap<StepTable, Sorted>();

/** Divides the hyperparameters into those that get a panel and those that are listed. */
function sortHyperparameters(table: StepTable): Sorted {
  const known = SORTED.get(table);
  if (known?.length === table.length) return known;
  const place = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  const changes = (name: string): boolean => {
    const { y } = curveOf(table, name);
    return y.some((value) => !Object.is(value, y[0]));
  };
  // While the batch size stays the same, the noise scale only repeats the rate.
  const isListed = (name: string): boolean => !MEASURES.has(name) && (name !== "noiseScale" || changes("batchSize"));
  const names = table.names.filter(isListed).sort((a, b) => place(a) - place(b));
  const isChanging = new Set(names.filter((name) => name === "lr" || changes(name)));
  const sorted = {
    length: table.length,
    changing: [...isChanging].map((name) => {
      const curve = curveOf(table, name);
      return { name, curve, course: course(curve) };
    }),
    constant: names.filter((name) => !isChanging.has(name)).map((name) => [name, at(table.column(name), 0)] as const),
  };
  SORTED.set(table, sorted);
  return sorted;
}

/**
 * Returns the curve of a hyperparameter. The curves of batch size and noise scale omit the smaller last batch of each
 * epoch, which is no change of the setting; an epoch of one step keeps it.
 */
function curveOf(table: StepTable, name: string): Curve {
  const [step, values] = [table.column("step"), table.column(name)];
  if ((name !== "batchSize" && name !== "noiseScale") || !table.names.includes("epoch")) return { x: step, y: values };
  const epoch = table.column("epoch");
  const isKept = (i: number): boolean => epoch[i - 1] !== epoch[i] || epoch[i + 1] === epoch[i];
  const known = WITHOUT_REST.get(values);
  if (known) return known;
  const curve = { x: select(step, (_, i) => isKept(i)), y: select(values, (_, i) => isKept(i)) };
  WITHOUT_REST.set(values, curve);
  return curve;
}

/** Cache: a report draws the same curve several times. */
const WITHOUT_REST = new WeakMap<Float64Array, Curve>();

/** Describes a curve by its first value, its extremes in order of time and its last value: "0.1 → 1 → 0". */
function course({ y }: Curve): string {
  const finite = select(y, Number.isFinite);
  if (finite.length === 0) return "no values";
  let [low, high] = [0, 0];
  for (let i = 0; i < finite.length; i++) {
    if (at(finite, i) < at(finite, low)) low = i;
    if (at(finite, i) > at(finite, high)) high = i;
  }
  if (finite[low] === finite[high]) return `${number(at(finite, 0), 3)} throughout`;
  const turns = [...new Set([0, low, high, finite.length - 1])]
    .sort((a, b) => a - b)
    .map((i) => number(at(finite, i), 3));
  // The last value may also be the lowest one.
  return turns.filter((turn, i) => turn !== turns[i - 1]).join(" → ");
}

const constants = (values: readonly (readonly [string, number])[]): string =>
  values.map(([name, value]) => `${nameOf(name).toLowerCase()} ${number(value)}`).join(", ");

const nameOf = (name: string): string => NAMES[name] ?? name;
