/** Sizes of a tensor's axes, outermost first. `[]` is the shape of a single number. */
export type Shape = readonly number[];

/** Returns the number of elements. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

/** Returns the element at an index inside the list. */
export const at = <T>(list: ArrayLike<T>, index: number): T => list[index] as T;

/** Shape with a given number of axes, as a tuple. */
export type Sizes<Rank extends 1 | 2 | 4> = {
  1: readonly [number];
  2: readonly [number, number];
  4: readonly [number, number, number, number];
}[Rank];

/** True if a shape has a given number of axes. */
export const hasRank = <Rank extends 1 | 2 | 4>(shape: Shape, rank: Rank): shape is Sizes<Rank> =>
  shape.length === rank;

/**
 * Returns a shape as a tuple of a given number of axes.
 * @throws RangeError if it has another number of axes
 */
export function sizes<Rank extends 1 | 2 | 4>(shape: Shape, rank: Rank): Sizes<Rank> {
  if (!hasRank(shape, rank)) throw new RangeError(`shape ${showShape(shape)}. Expected ${rank} axes.`);
  return shape;
}

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((size, i) => size === b[i]);

export const showShape = (shape: Shape): string => `[${shape.join(", ")}]`;

/** Returns the shape of an elementwise result by NumPy's broadcasting rules; null if the shapes do not broadcast. */
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

/** Returns axes as numbers from 0 in ascending order; null if one is out of range or repeated. Negative axes count from the end. */
export function normalizeAxes(axes: readonly number[], rank: number): readonly number[] | null {
  const positive = axes.map((axis) => (axis < 0 ? axis + rank : axis));
  const valid = positive.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < rank);
  return valid && new Set(positive).size === positive.length ? positive.sort((a, b) => a - b) : null;
}
