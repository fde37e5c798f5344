import { short } from "./format.ts";

export interface PlotOptions {
  /** Total columns, labels included. */
  readonly columns: number;
  readonly rows?: number;
  /** Label below the left end. */
  readonly from: string;
  /** Label below the right end. */
  readonly to: string;
  readonly unicode: boolean;
}

/** Dots of a Braille character: 2 across, 4 down. */
const ACROSS = 2;
const DOWN = 4;
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** Columns of the labels on the left. */
const LABEL_COLUMNS = 8;

/** Returns the columns of the curve without its labels. */
const curveColumns = (columns: number): number => Math.max(10, Math.min(columns, 100) - LABEL_COLUMNS - 2);

/** Returns a line below a plot with an arrow under a position of the curve, and a label. */
export function pointer(position: number, label: string, { columns, unicode }: PlotOptions): string {
  const width = curveColumns(columns);
  const at = Math.round(position * (width - 1));
  const sign = unicode ? "▲" : "^";
  const indent = " ".repeat(LABEL_COLUMNS + 2);
  if (at + 2 + label.length <= width) return `${indent}${" ".repeat(at)}${sign} ${label}`;
  return `${indent}${`${label} ${sign}`.padStart(at + 1)}`;
}

/** Draws a curve as text: in Braille dots, or in stars if only ASCII can be shown. The range of values is on the left. */
export function plot(valueAt: (position: number) => number, options: PlotOptions): string {
  const { unicode, rows = 8, from, to } = options;
  const columns = curveColumns(options.columns);
  const [across, down] = unicode ? [ACROSS, DOWN] : [1, 1];
  const [width, height] = [columns * across, rows * down];
  const values = Array.from({ length: width }, (_, x) => valueAt(x / (width - 1)));
  const high = Math.max(...values);
  const least = Math.min(...values);
  // The axis begins at zero, unless all values are far from zero.
  const low = least > high / 2 && least < high ? least : Math.min(0, least);
  const place = (value: number): number =>
    high === low ? 0 : Math.round(((high - value) / (high - low)) * (height - 1));
  const cells = Array.from({ length: rows }, () => new Uint8Array(columns));
  const dot = (x: number, y: number): void => {
    const cell = cells[Math.floor(y / down)] as Uint8Array;
    const column = Math.floor(x / across);
    cell[column] = (cell[column] as number) | (unicode ? (DOTS[y % DOWN]?.[x % ACROSS] as number) : 1);
  };
  for (const [x, value] of values.entries()) {
    const [y, before] = [place(value), place(values[Math.max(0, x - 1)] as number)];
    // A jump is drawn as a vertical line.
    for (let at = Math.min(y, before + Math.sign(y - before)); at <= Math.max(y, before + Math.sign(y - before)); at++)
      dot(x, at);
  }
  const letter = (bits: number): string => {
    if (bits === 0) return " ";
    return unicode ? String.fromCharCode(0x2800 + bits) : "*";
  };
  const axis = unicode ? "│" : "|";
  const lines = cells.map((cell, row) => {
    const label = row === 0 ? short(high) : row === rows - 1 ? short(low) : "";
    return `${label.padStart(LABEL_COLUMNS)} ${axis}${[...cell].map(letter).join("")}`.trimEnd();
  });
  const corner = unicode ? "└" : "+";
  const rule = (unicode ? "─" : "-").repeat(columns);
  const ends = `${from}${" ".repeat(Math.max(1, columns - from.length - to.length))}${to}`;
  return [...lines, `${" ".repeat(LABEL_COLUMNS)} ${corner}${rule}`, `${" ".repeat(LABEL_COLUMNS + 2)}${ends}`].join(
    "\n",
  );
}
