import { DataError } from "../../error.ts";
import { numbersOf, type StoredArray } from "./stored-array.ts";

/** The factor by which an array's values become bytes. */
export type Scale = 1 | 255;

/** The rule by which floats are read, in words. */
export const FLOAT_RULE = "Floats are 0 to 1 if none exceeds 1, else 0 to 255.";

/**
 * Returns the factor for the arrays of one data set. Integers are 0 to 255, booleans 0 and 1. Floats are 0 to 1 if none
 * exceeds 1, else 0 to 255.
 * @throws DataError for values outside, or for arrays of which some are 0 to 1
 */
export async function scalesOf(arrays: readonly StoredArray[], signal?: AbortSignal): Promise<readonly Scale[]> {
  const scales: Scale[] = [];
  for (const array of arrays) scales.push(await scaleOf(array, signal));
  const floats = arrays.flatMap((array, i) => (array.type.kind === "f" ? [{ array, scale: scales[i] as Scale }] : []));
  const small = floats.find(({ scale }) => scale === 255);
  const large = floats.find(({ scale }) => scale === 1);
  if (small && large) {
    throw new DataError(
      `${small.array.path}: its pixels range from 0 to 1, but those of ${large.array.path} exceed 1. Expected one range. Save both arrays with the range 0 to 255.`,
    );
  }
  return scales;
}

async function scaleOf(array: StoredArray, signal: AbortSignal | undefined): Promise<Scale> {
  const { kind, size } = array.type;
  if (kind === "b") return 255;
  if (kind === "u" && size === 1) return 1;
  let [least, most, at] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for await (const numbers of numbersOf(array)) {
    signal?.throwIfAborted();
    for (let i = 0; i < numbers.length; i++) {
      const value = numbers[i] as number;
      if (!Number.isFinite(value)) {
        throw new DataError(
          `${array.path}: element ${at + i} is ${value}. Expected pixels from 0 to 1 or from 0 to 255. Replace it: numpy.nan_to_num(x).`,
        );
      }
      if (value < least) least = value;
      if (value > most) most = value;
    }
    at += numbers.length;
  }
  if (least >= 0 && most <= 255) return kind === "f" && most <= 1 ? 255 : 1;
  const [is, expected] = [
    `${array.path}: its pixels range from ${rounded(least)} to ${rounded(most)}`,
    kind === "f" ? "0 to 1 or 0 to 255" : "0 to 255",
  ];
  const rescale =
    least >= -1 && most <= 1 && kind === "f"
      ? "(x + 1) / 2"
      : "((x - x.min()) * (255 / (x.max() - x.min()))).astype('uint8')";
  throw new DataError(`${is}. Expected ${expected}. Rescale them, such as with x = ${rescale}.`);
}

const rounded = (value: number): number => Number(value.toPrecision(6));

/** Converts values to bytes. The bytes of `into` at the places, or in the same order, are replaced. */
export function toBytes(numbers: ArrayLike<number>, scale: Scale): Uint8Array {
  if (numbers instanceof Uint8Array && scale === 1) return numbers;
  const bytes = new Uint8Array(numbers.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.round((numbers[i] as number) * scale);
  return bytes;
}
