import { defined } from "@downhill/optim/defined";
import * as Plot from "@observablehq/plot";
import { MARGINS } from "./curve.ts";
import { isNarrow } from "./draw.ts";
import type { Mark } from "./frame.ts";
import { widthOf } from "./text.ts";
import { COLORS } from "./theme.ts";

/** Line style that distinguishes a curve or marker from others. */
export interface Look {
  readonly color: string;
  readonly dash: string | undefined;
}

/** Labeled position on the x axis. */
export interface Marker extends Look {
  readonly at: number;
  readonly label: string;
  readonly width: number;
}

const LABEL_SIZE = 11;
const LABEL_ROW = 15;

/** Styles of several results in one plot, and of suggestions that are not chosen. */
const LOOKS: readonly Look[] = [
  { color: COLORS.training, dash: undefined },
  { color: COLORS.third, dash: "6 3" },
  { color: COLORS.fourth, dash: "2 2" },
  { color: COLORS.evaluation, dash: "8 2 2 2" },
  { color: "currentColor", dash: "4 4" },
  { color: COLORS.training, dash: "1 3" },
  { color: COLORS.third, dash: "1 3" },
  { color: COLORS.fourth, dash: undefined },
  { color: COLORS.evaluation, dash: "2 2" },
  { color: COLORS.third, dash: undefined },
  { color: COLORS.training, dash: "6 3" },
  { color: "currentColor", dash: "2 2" },
];
export const CHOSEN = { color: COLORS.evaluation, dash: undefined, width: 2.5 } as const;

/** Returns the style of the result with an index; the first twelve differ. */
export const look = (i: number): Look => LOOKS[i % LOOKS.length] as Look;

/** Returns the style of a suggestion that is not chosen: unlike the curve, and not in the color of the chosen one. */
export const otherLook = (i: number): Look => OTHERS[i % OTHERS.length] as Look;
const OTHERS = LOOKS.slice(1).filter(({ color }) => color !== CHOSEN.color);

/** Positions of labels above a frame. */
export interface PlacedLabels {
  readonly rows: readonly number[];
  readonly side: "start" | "end";
  readonly height: number;
}

/**
 * Places each label in a separate row above the frame, on the side where no other marker crosses it.
 * @param markers in ascending order of position
 * @param shareOf maps a position to its share of the frame's width, 0 to 1
 */
export function placeLabels(markers: readonly Marker[], width: number, shareOf: (at: number) => number): PlacedLabels {
  const place = (at: number): number =>
    MARGINS.marginLeft + shareOf(at) * (width - MARGINS.marginLeft - MARGINS.marginRight);
  const fitsLeft = markers.every(({ at, label }) => place(at) - widthOf(label, LABEL_SIZE) > 4);
  const count = markers.length;
  return {
    rows: markers.map((_, i) => (fitsLeft ? i : count - 1 - i)),
    side: fitsLeft ? "end" : "start",
    height: count * LABEL_ROW + 12,
  };
}

/** Returns size and margins of a plot with labels above a frame of constant height. */
export const frameBelow = ({ height }: PlacedLabels, width: number) => ({
  ...MARGINS,
  marginBottom: 38,
  height: (isNarrow(width) ? 200 : 270) + height,
  marginTop: height,
});

/** Returns the line of a marker and the label in its row. */
export function markerMarks({ at, label, color, dash, width }: Marker, row: number, side: "start" | "end"): Mark[] {
  const above = row * LABEL_ROW + 4;
  const stroke = { stroke: color, strokeWidth: width, ...defined({ strokeDasharray: dash }) };
  return [
    Plot.ruleX([at], { ...stroke, insetTop: -above - 8 }),
    Plot.text([at], {
      x: (place: number) => place,
      frameAnchor: "top",
      text: () => label,
      textAnchor: side,
      dx: side === "end" ? -5 : 5,
      dy: -above - 8,
      fill: color,
      fontSize: LABEL_SIZE,
      fontWeight: width > 2 ? 700 : 400,
    }),
  ];
}
