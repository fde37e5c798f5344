/** Level at a position of the plane. */
export interface ContourLabel {
  readonly x: number;
  readonly y: number;
  readonly level: number;
}

/** Grid of values, and the number of pixels per unit in each direction. */
export interface LabeledGrid {
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** A row for each y, with a value for each x. */
  readonly values: readonly (readonly number[])[];
  readonly scale: readonly [x: number, y: number];
}

/** Least distance of two labels in pixels. */
const APART = 26;

/**
 * Places the labels of levels on rays from the lowest value in eight directions of the grid: one for each level that has
 * room.
 */
export function contourLabels({ x, y, values, scale }: LabeledGrid, levels: readonly number[]): ContourLabel[] {
  const [row, column] = lowestOf(values);
  const ray = (ofX: number, ofY: number): readonly (readonly [column: number, row: number])[] => {
    const cells: [number, number][] = [];
    for (let [c, r] = [column, row]; x[c] !== undefined && y[r] !== undefined; c += ofX, r += ofY) cells.push([c, r]);
    return cells;
  };
  const rays = [...[ray(1, 0), ray(0, 1), ray(-1, 0), ray(0, -1)], ...[ray(1, 1), ray(-1, 1), ray(-1, -1), ray(1, -1)]];
  const placed: ContourLabel[] = [];
  for (const level of levels) {
    const candidates = rays.flatMap((cells) => crossing(cells, { x, y, values }, level) ?? []);
    const free = candidates.find((label) =>
      placed.every((other) => Math.hypot((label.x - other.x) * scale[0], (label.y - other.y) * scale[1]) >= APART),
    );
    if (free) placed.push(free);
  }
  return placed;
}

function lowestOf(values: readonly (readonly number[])[]): [row: number, column: number] {
  let [row, column, lowest] = [0, 0, Number.POSITIVE_INFINITY];
  for (const [r, line] of values.entries()) {
    for (const [c, value] of line.entries()) if (value < lowest) [row, column, lowest] = [r, c, value];
  }
  return [row, column];
}

/** Returns the first position on a ray at which the value exceeds a level; null if there is none. */
function crossing(
  cells: readonly (readonly [column: number, row: number])[],
  { x, y, values }: Pick<LabeledGrid, "x" | "y" | "values">,
  level: number,
): ContourLabel | null {
  const valueAt = ([column, row]: readonly [number, number]): number => values[row]?.[column] ?? Number.NaN;
  for (let i = 1; i < cells.length; i++) {
    const [a, b] = [cells[i - 1], cells[i]] as [readonly [number, number], readonly [number, number]];
    const [before, after] = [valueAt(a), valueAt(b)];
    if (!(before <= level && after > level)) continue;
    const share = (level - before) / (after - before);
    const between = (list: readonly number[], from: number, to: number): number =>
      (1 - share) * (list[from] as number) + share * (list[to] as number);
    return { x: between(x, a[0], b[0]), y: between(y, a[1], b[1]), level };
  }
  return null;
}
