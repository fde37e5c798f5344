/**
 * How far a value of a rule extends. A tensor is seen as four axes, `0123`, padded on the left with axes of length 1;
 * a value has one letter for each axis: the axis it runs along, or `.` where it is the same for all.
 * `0123` differs for every element, `012.` for every row, `....` is one number for the whole tensor,
 * `0122` is what `matmul(g, transpose(g))` gives.
 */
export type Shape = string;

export const ELEMENT: Shape = "0123";
export const SCALAR: Shape = "....";

/** The shape of an operation on `a` and `b`; null where they do not fit. */
export function broadcast(a: Shape, b: Shape): Shape | null {
  let result = "";
  for (let axis = 0; axis < 4; axis++) {
    const [left, right] = [a[axis] as string, b[axis] as string];
    if (left !== right && left !== "." && right !== ".") return null;
    result += left === "." ? right : left;
  }
  return result;
}

/** `shape` with the given axes (positions 0 to 3) reduced away. */
export function reduced(shape: Shape, axes: readonly number[]): Shape {
  return [...shape].map((letter, axis) => (axes.includes(axis) ? "." : letter)).join("");
}

/** The four axes of a tensor: padded on the left with 1; of more than four axes, the middle ones are one. */
export function fourAxes(dimensions: readonly number[]): readonly [number, number, number, number] {
  const known = [...dimensions];
  if (known.length > 4) {
    const middle = known.splice(1, known.length - 3).reduce((product, length) => product * length, 1);
    known.splice(1, 0, middle);
  }
  while (known.length < 4) known.unshift(1);
  return known as unknown as readonly [number, number, number, number];
}

/** The lengths of a value's four axes in one tensor. */
export function lengths(shape: Shape, axes: readonly number[]): number[] {
  return [...shape].map((letter) => (letter === "." ? 1 : (axes[Number(letter)] as number)));
}

export const volume = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1);
