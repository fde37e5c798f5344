/** The sizes of a tensor's axes, outermost first; `[]` is one number. */
export type Shape = readonly number[];

/** How many elements. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((size, i) => size === b[i]);

export const showShape = (shape: Shape): string => `[${shape.join(", ")}]`;

/** The shape of an elementwise result, by NumPy's rules: axes are matched from the last, and 1 stretches. Null: none. */
export function broadcast(a: Shape, b: Shape): Shape | null {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let i = 0; i < rank; i++) {
    const [m, n] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    if (m !== n && m !== 1 && n !== 1) return null;
    shape.push(m === 1 ? n : m);
  }
  return shape;
}

/** Axes from 0 on, rising; negative ones count from the end. Null where one is out of range or named twice. */
export function normalizeAxes(axes: readonly number[], rank: number): readonly number[] | null {
  const positive = axes.map((axis) => (axis < 0 ? axis + rank : axis));
  const valid = positive.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < rank);
  return valid && new Set(positive).size === positive.length ? positive.sort((a, b) => a - b) : null;
}
