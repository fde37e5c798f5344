/**
 * Axes along which a value of a rule differs. A tensor has four axes, `0123`, padded on the left with axes of length 1.
 * A shape has one letter for each axis: the axis along which the value runs, or `.` where it is constant. `0123` is one
 * number for every element, `012.` for every row, `....` for the whole tensor; `0122` is the shape of `matmul(g,
 * transpose(g))`.
 */
export type Shape = string;

/** Lengths of the four axes of a tensor, or of a value in it. */
export type FourAxes = readonly [number, number, number, number];

/** Shape of a value with one number for every element. */
export const ELEMENT: Shape = "0123";
/** Shape of a value that is one number for the whole tensor. */
export const SCALAR: Shape = "....";

/** Returns the shape of an operation on `a` and `b`; null if they do not match. */
export function broadcast(a: Shape, b: Shape): Shape | null {
  let result = "";
  for (let axis = 0; axis < 4; axis++) {
    const [left, right] = [a[axis] as string, b[axis] as string];
    if (left !== right && left !== "." && right !== ".") return null;
    result += left === "." ? right : left;
  }
  return result;
}

/** Returns a shape with some axes (positions 0 to 3) reduced. */
export function reduced(shape: Shape, axes: readonly number[]): Shape {
  return [...shape].map((letter, axis) => (axes.includes(axis) ? "." : letter)).join("");
}

/**
 * Returns the four axes of a tensor: padded on the left with 1; the middle axes of a tensor with more than four are
 * merged.
 */
export function fourAxes(dimensions: readonly number[]): FourAxes {
  const known = [...dimensions];
  if (known.length > 4) {
    const middle = known.splice(1, known.length - 3).reduce((product, length) => product * length, 1);
    known.splice(1, 0, middle);
  }
  while (known.length < 4) known.unshift(1);
  return known as unknown as FourAxes;
}

/** Returns the lengths of a value's four axes in one tensor. */
export function lengths(shape: Shape, axes: readonly number[]): FourAxes {
  return [...shape].map((letter) => (letter === "." ? 1 : axes[Number(letter)])) as unknown as FourAxes;
}

/** Returns the product of lengths. */
export const volume = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1);
