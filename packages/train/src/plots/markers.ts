import * as Plot from "@observablehq/plot";
import { MARGINS } from "./curve.ts";
import { isNarrow } from "./draw.ts";
import { widthOf } from "./text.ts";
import { COLOURS } from "./theme.ts";

/** How one of several curves or markers is told from the others. */
export interface Look {
  readonly colour: string;
  readonly dash: string | undefined;
}

/** A place on the horizontal axis that has a name. */
export interface Marker extends Look {
  readonly at: number;
  readonly label: string;
  readonly width: number;
}

const LABEL_SIZE = 11;
const LABEL_ROW = 15;

/** Of several results each has one; of what one suggests, those that are not chosen. */
const LOOKS: readonly Look[] = [
  { colour: COLOURS.training, dash: undefined },
  { colour: COLOURS.third, dash: "6 3" },
  { colour: COLOURS.fourth, dash: "2 2" },
  { colour: COLOURS.evaluation, dash: "8 2 2 2" },
  { colour: "currentColor", dash: "4 4" },
  { colour: COLOURS.training, dash: "1 3" },
  { colour: COLOURS.third, dash: "1 3" },
];
export const CHOSEN = { colour: COLOURS.evaluation, dash: undefined, width: 2.5 } as const;

export const look = (i: number): Look => LOOKS[i % LOOKS.length] as Look;

/** How a suggestion that is not chosen is drawn: not like the curve, nor in the colour of the chosen one. */
export const otherLook = (i: number): Look => OTHERS[i % OTHERS.length] as Look;
const OTHERS = LOOKS.slice(1).filter(({ colour }) => colour !== CHOSEN.colour);

/** Where labels stand above a frame. */
export interface PlacedLabels {
  readonly rows: readonly number[];
  readonly side: "start" | "end";
  readonly height: number;
}

/**
 * Each label has a row of its own above the frame, on the side on which no other's line runs through it.
 * @param markers by their places
 * @param shareOf where in the frame a place is, 0 to 1
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

/** Size and margins of a plot with such labels, in a frame that is always as high. */
export const frameBelow = ({ height }: PlacedLabels, width: number) => ({
  ...MARGINS,
  marginBottom: 38,
  height: (isNarrow(width) ? 200 : 270) + height,
  marginTop: height,
});

/** The line of a marker, and its label in its row. */
export function markerMarks(
  { at, label, colour, dash, width }: Marker,
  row: number,
  side: "start" | "end",
): Plot.Markish[] {
  const above = row * LABEL_ROW + 4;
  const stroke = { stroke: colour, strokeWidth: width, ...(dash === undefined ? {} : { strokeDasharray: dash }) };
  return [
    Plot.ruleX([at], { ...stroke, insetTop: -above - 8 }),
    Plot.text([at], {
      x: (place: number) => place,
      frameAnchor: "top",
      text: () => label,
      textAnchor: side,
      dx: side === "end" ? -5 : 5,
      dy: -above - 8,
      fill: colour,
      fontSize: LABEL_SIZE,
      fontWeight: width > 2 ? 700 : 400,
    }),
  ];
}
