/**
 * Interpolates a grid of values linearly at the middles of the cells of a finer grid, whose cells fill the same area. Contours
 * of it end at the edges of the area.
 * @param values a row for each y, with a value for each x
 */
export function resample(
  values: readonly (readonly number[])[],
  columns: number,
  rows: number,
): readonly (readonly number[])[] {
  const count = values[0]?.length ?? 0;
  const horizontal = positions(count, columns);
  return positions(values.length, rows).map(([row, below]) => {
    const [upper = [], lower = upper] = [values[row], values[row + 1]];
    return horizontal.map(([column, right]) => {
      const mix = (line: readonly number[]): number => {
        const [a = Number.NaN, b = a] = [line[column], line[column + 1]];
        return (1 - right) * a + right * b;
      };
      return (1 - below) * mix(upper) + below * mix(lower);
    });
  });
}

/** Returns for each new position the old one before it, and the share of the way to the next. */
const positions = (count: number, wanted: number): readonly (readonly [index: number, share: number])[] =>
  Array.from({ length: wanted }, (_, i) => {
    const position = ((i + 0.5) * (count - 1)) / wanted;
    const index = Math.min(count - 1, Math.floor(position));
    return [index, position - index] as const;
  });
