/** Style of a line. */
export interface Stroke {
  readonly color: string;
  readonly width: number;
  readonly dash?: readonly number[];
  readonly opacity?: number;
}

export interface Lettering {
  readonly color: string;
  readonly size: number;
  readonly align?: "start" | "middle" | "end";
  readonly weight?: number;
  /** Rotates the text by a quarter turn, upwards. */
  readonly isUpright?: boolean;
}

/** Coordinates in pixels. A point with a NaN is a gap. */
export interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Surface for drawings: the canvas of the screen, or an SVG file. */
export interface Pen {
  line(points: Points, stroke: Stroke): void;
  /** Fills the area between two lines with the same `x`. */
  area(upper: Points, lower: Points, color: string, opacity: number): void;
  segment(x1: number, y1: number, x2: number, y2: number, stroke: Stroke): void;
  rectangle(x: number, y: number, width: number, height: number, color: string, opacity?: number): void;
  dot(x: number, y: number, radius: number, color: string): void;
  text(x: number, y: number, text: string, lettering: Lettering): void;
  /** Draws only within a rectangle. */
  clipped(x: number, y: number, width: number, height: number, draw: () => void): void;
}

export const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';

/** Calls `run` with the first and last index of each stretch of points without gaps. */
export function stretches({ x, y }: Points, run: (first: number, last: number) => void): void {
  let first = -1;
  for (let i = 0; i < x.length; i++) {
    const isGap = Number.isNaN(x[i]) || Number.isNaN(y[i]);
    if (isGap && first >= 0) run(first, i - 1);
    if (isGap) first = -1;
    else if (first < 0) first = i;
  }
  if (first >= 0) run(first, x.length - 1);
}
