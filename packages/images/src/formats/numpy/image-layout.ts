import type { ImageShape } from "@downhill/optim/image";
import { DataError } from "../../error.ts";

/** The maximum number of pixels per side. */
const LARGEST_SIDE = 4096;

/** The places of an array's elements in images. */
export interface ImageLayout {
  readonly imageShape: ImageShape;
  readonly count: number;
  /** The layout in words: "height, width". */
  readonly description: string;
  /** For each element of an image in the array's order, its place in [channels, height, width]; null if it is the same. */
  readonly places: Int32Array | null;
}

/**
 * Returns the layout of images by the array's shape: [n, height, width], [n, height, width, channels],
 * [n, channels, height, width] or [n, side * side]. The channels are last if both ends may be.
 * @throws DataError for another shape
 */
export function imageLayout(path: string, shape: readonly number[], fortran: boolean): ImageLayout {
  const [count = 0, ...sides] = shape;
  const named = nameSides(sides);
  if (!named || count === 0 || sides.includes(0)) throw wrongShape(path, shape);
  const [imageShape, order, description] = named;
  const [channels, height, width] = imageShape;
  if (Math.max(height, width) > LARGEST_SIDE) {
    throw new DataError(
      `${path}: its images have ${width}x${height} pixels. Expected at most ${LARGEST_SIDE} per side. Make them smaller.`,
    );
  }
  const strides: Readonly<Record<Axis, number>> = { channel: height * width, row: width, column: 1 };
  // A flat image is one of rows and columns.
  const axes = sides.length === 1 ? [height, width] : sides;
  const isSame = channels === 1 || order[0] === "channel";
  const places = fortran && sides.length > 1 ? placesOf([...axes].reverse(), [...order].reverse(), strides) : null;
  return {
    imageShape,
    count,
    description,
    places: places ?? (isSame ? null : placesOf(axes, order, strides)),
  };
}

type Axis = "channel" | "row" | "column";

/** Returns the shape of images, and their axes from the slowest to the fastest. */
function nameSides(sides: readonly number[]): readonly [ImageShape, readonly Axis[], string] | null {
  const [a = 0, b = 0, c = 0] = sides;
  if (sides.length === 1) {
    const side = Math.sqrt(a);
    if (!Number.isInteger(side) || side < 2) return null;
    return [[1, side, side], ["row", "column"], `${a} pixels taken for ${side}x${side}`];
  }
  if (sides.length === 2) return [[1, a, b], ["row", "column"], "height, width"];
  if (sides.length !== 3) return null;
  if (c === 1 || c === 3) return [[c, a, b], ["row", "column", "channel"], "height, width, channels"];
  if (a === 1 || a === 3) return [[a, b, c], ["channel", "row", "column"], "channels, height, width"];
  return null;
}

/** Returns the place of each element, the last axis being the fastest. */
function placesOf(
  sizes: readonly number[],
  axes: readonly Axis[],
  strides: Readonly<Record<Axis, number>>,
): Int32Array {
  const places = new Int32Array(sizes.reduce((product, size) => product * size, 1));
  for (let i = 0; i < places.length; i++) {
    let [rest, place] = [i, 0];
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const size = sizes[axis] as number;
      place += (rest % size) * strides[axes[axis] as Axis];
      rest = Math.floor(rest / size);
    }
    places[i] = place;
  }
  return places;
}

function wrongShape(path: string, shape: readonly number[]): DataError {
  const [count = 0, ...sides] = shape;
  const is = `${path}: its shape is ${shape.join("x") || "that of one number"}. `;
  const expected =
    "Expected images as [n, height, width], [n, height, width, channels] or [n, channels, height, width] with 1 or 3 channels, or [n, side * side]. ";
  if (sides.length === 3 && (sides[2] === 4 || sides[0] === 4)) {
    return new DataError(`${is}${expected}Remove the fourth channel: ${sides[2] === 4 ? "x[..., :3]" : "x[:, :3]"}.`);
  }
  if (sides.length === 3 && (count === 1 || count === 3 || sides[1] === 3 || sides[1] === 1)) {
    return new DataError(`${is}${expected}Move the axis of the images to the front: numpy.moveaxis(x, -1, 0).`);
  }
  return new DataError(`${is}${expected}Reshape or convert the array.`);
}
