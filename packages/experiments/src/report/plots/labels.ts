import { look } from "@downhill/train/plots";
import * as Plot from "@observablehq/plot";

type Mark = ReturnType<typeof Plot.text>;

/** Rectangle of the data in a plot: its place in pixels, and the ends of its axes. */
export interface Plane {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: readonly [low: number, high: number];
  readonly y: readonly [low: number, high: number];
  readonly isLogX: boolean;
  readonly isLogY: boolean;
}

/** Margins of a frame in pixels. */
interface Margins {
  readonly marginLeft: number;
  readonly marginRight: number;
  readonly marginTop: number;
  readonly marginBottom: number;
}

/** Returns the plane of a frame with its margins. */
export const planeOf = (
  { marginLeft, marginRight, marginTop, marginBottom }: Margins,
  width: number,
  height: number,
  axes: Pick<Plane, "x" | "y" | "isLogX" | "isLogY">,
): Plane => ({
  left: marginLeft,
  right: width - marginRight,
  top: marginTop,
  bottom: height - marginBottom,
  ...axes,
});

/** Point of the data that a label belongs to. */
export interface Labeled {
  /** Place of the entrant, from 0 on; its label is the number after it. */
  readonly place: number;
  readonly x: number;
  readonly y: number;
}

const share = (value: number, [low, high]: readonly [number, number], isLog: boolean): number =>
  isLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
const valueAt = (part: number, [low, high]: readonly [number, number], isLog: boolean): number =>
  isLog ? low * (high / low) ** part : low + part * (high - low);

/** Returns the pixels of a point. */
const pixelsOf = (plane: Plane, { x, y }: { readonly x: number; readonly y: number }): [number, number] => [
  plane.left + share(x, plane.x, plane.isLogX) * (plane.right - plane.left),
  plane.bottom - share(y, plane.y, plane.isLogY) * (plane.bottom - plane.top),
];

/** Returns the values of the axes at a pixel. */
const valuesAt = (plane: Plane, x: number, y: number): { readonly x: number; readonly y: number } => ({
  x: valueAt((x - plane.left) / (plane.right - plane.left), plane.x, plane.isLogX),
  y: valueAt((plane.bottom - y) / (plane.bottom - plane.top), plane.y, plane.isLogY),
});

/** Distance of labels from each other, in pixels. */
const ROW = 12;

/**
 * Moves heights apart that are closer than a row, in their order, and keeps them within a range if it has room.
 * @returns the new heights, in the order of the old ones
 */
export function spread(heights: readonly number[], top: number, bottom: number, row = ROW): number[] {
  const order = heights.map((_, i) => i).sort((a, b) => (heights[a] as number) - (heights[b] as number) || a - b);
  const placed = [...heights];
  let free = top;
  for (const i of order) {
    placed[i] = Math.max(free, heights[i] as number);
    free = (placed[i] as number) + row;
  }
  let limit = bottom;
  for (const i of order.reverse()) {
    placed[i] = Math.max(top, Math.min(limit, placed[i] as number));
    limit = (placed[i] as number) - row;
  }
  return placed;
}

/** Distance in pixels up to which ends of curves share a column of labels. */
const COLUMN = 24;

/** Returns labels to the right of the ends of curves. Ends beside each other share a column, in the order of their heights. */
export function endLabels(points: readonly Labeled[], plane: Plane): Mark[] {
  const ends = points
    .map((point) => ({ point, pixels: pixelsOf(plane, point) }))
    .sort((a, b) => a.pixels[0] - b.pixels[0]);
  const columns: (typeof ends)[] = [];
  for (const end of ends) {
    const last = columns.at(-1)?.at(-1);
    if (last && end.pixels[0] - last.pixels[0] < COLUMN) columns.at(-1)?.push(end);
    else columns.push([end]);
  }
  return columns.flatMap((column) => {
    const heights = spread(
      column.map(({ pixels }) => pixels[1]),
      plane.top + 2,
      plane.bottom,
    );
    const edge = Math.max(...column.map(({ pixels }) => pixels[0])) + 9;
    return column.flatMap(({ point: { place, x, y } }, i) => {
      const foot = valuesAt(plane, edge, heights[i] as number);
      const stroke = { stroke: look(place).color, strokeWidth: 0.75, strokeOpacity: 0.6 };
      return [Plot.line([{ x, y }, foot], { x: "x", y: "y", ...stroke, clip: false }), numberText(place, foot, 9, 0)];
    });
  });
}

/** Candidates for the vertical distance of a label from its point, in rows: below it first. */
const SHIFTS = Array.from({ length: 24 }, (_, i) => (i % 2 === 0 ? 1.3 + i / 2 : -1.3 - (i - 1) / 2));

/** Returns labels below or above points within the frame. One that would cover another is moved farther away. */
export function pointLabels(points: readonly Labeled[], plane: Plane): Mark[] {
  const boxes: (readonly [x: number, y: number])[] = points.map((point) => pixelsOf(plane, point));
  return points.map((point) => {
    const [x, y] = pixelsOf(plane, point);
    const isFree = (shift: number): boolean => {
      const height = y + shift * ROW;
      if (height < plane.top + 4 || height > plane.bottom - 4) return false;
      return boxes.every(([left, middle]) => Math.abs(left - x) > 14 || Math.abs(middle - height) >= ROW);
    };
    const shift = (SHIFTS.find(isFree) ?? 0) * ROW;
    boxes.push([x, y + shift]);
    return numberText(point.place, point, 0, shift);
  });
}

/** Returns the number of an entrant as text at a distance from a point. */
const numberText = (place: number, point: { readonly x: number; readonly y: number }, dx: number, dy: number): Mark =>
  Plot.text([point], {
    x: "x",
    y: "y",
    text: () => String(place + 1),
    dx,
    dy,
    fill: look(place).color,
    fontWeight: 700,
    clip: false,
  });
