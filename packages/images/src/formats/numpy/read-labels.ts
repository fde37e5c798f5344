import { DataError } from "../../error.ts";
import { decodeText, isNumeric } from "./element-type.ts";
import { numbersOf, type StoredArray } from "./stored-array.ts";

/** The labels of images: whole numbers, or text. */
export type Labels =
  | {
      readonly kind: "numbers";
      readonly values: Int32Array /** The number of columns of one-hot labels. */;
      readonly columns: number | null;
    }
  | { readonly kind: "texts"; readonly values: readonly string[] };

/** The maximum length of a text, in bytes. */
const LONGEST = 4096;

/**
 * Reads labels of the shape [n], [n, 1], or one-hot [n, k].
 * @throws DataError for other shapes, and for values that are negative or not whole
 */
export async function readLabels(array: StoredArray): Promise<Labels> {
  const { path, shape, type } = array;
  const [count = 0, columns = 1, ...more] = shape;
  if (shape.length === 0 || more.length > 0 || columns === 0) {
    throw new DataError(
      `${path}: its shape is ${shape.join("x") || "that of one number"}. Expected labels as [n], [n, 1] or one-hot [n, k]. Use one label per image.`,
    );
  }
  if (!isNumeric(type)) return { kind: "texts", values: await textsOf(array, count, columns) };
  return columns === 1
    ? { kind: "numbers", values: await wholeNumbers(array, count), columns: null }
    : { kind: "numbers", values: await hotColumns(array, count, columns), columns };
}

/** Reads an array of text, such as the names of classes. */
export async function textsOf(array: StoredArray, count: number, columns = 1): Promise<readonly string[]> {
  const { path, type } = array;
  if (columns !== 1 || type.size > LONGEST) {
    throw new DataError(
      `${path}: it has ${columns} texts of at most ${type.size} bytes per image. Expected one text of at most ${LONGEST} bytes. Use one label per image.`,
    );
  }
  const texts: string[] = [];
  for await (const piece of array.bytes()) {
    for (let at = 0; at < piece.length; at += type.size) {
      texts.push(decodeText(piece.subarray(at, at + type.size), type));
    }
  }
  const empty = texts.findIndex((text) => text.trim() === "");
  if (empty >= 0) {
    throw new DataError(`${path}: text ${empty} of ${count} is empty. Expected the name of a class. Write one.`);
  }
  return texts;
}

const MOST_LABEL = 2 ** 31 - 1;

async function wholeNumbers(array: StoredArray, count: number): Promise<Int32Array> {
  const values = new Int32Array(count);
  let at = 0;
  for await (const numbers of numbersOf(array)) {
    for (let i = 0; i < numbers.length; i++) {
      const value = numbers[i] as number;
      if (!(Number.isInteger(value) && value >= 0 && value <= MOST_LABEL)) {
        throw new DataError(
          `${array.path}: label ${at} is ${value}. Expected a whole number of at least 0, the number of a class. Remove images without a class.`,
        );
      }
      values[at++] = value;
    }
  }
  return values;
}

/** Returns the column of the only 1 in each row. */
async function hotColumns(array: StoredArray, count: number, columns: number): Promise<Int32Array> {
  const values = new Int32Array(count).fill(-1);
  let at = 0;
  for await (const numbers of numbersOf(array)) {
    for (let i = 0; i < numbers.length; i++, at++) {
      const value = numbers[i] as number;
      if (value === 0) continue;
      const row = array.fortran ? at % count : Math.floor(at / columns);
      if (value !== 1) throw notOneHot(array, row, `has the value ${Number(value.toPrecision(6))}`);
      if (values[row] !== -1) throw notOneHot(array, row, "has several ones");
      values[row] = array.fortran ? Math.floor(at / count) : at % columns;
    }
  }
  const none = values.indexOf(-1);
  if (none >= 0) throw notOneHot(array, none, "has only zeros");
  return values;
}

const notOneHot = ({ path, shape }: StoredArray, row: number, has: string): DataError =>
  new DataError(
    `${path}: row ${row} of its ${shape.join("x")} labels ${has}. Expected one-hot rows: a single 1, and zeros. Several classes per image are not supported: choose one class per image, such as with labels.argmax(1).`,
  );
