import { DataError } from "../../error.ts";
import { decodeText } from "../../files/read-text.ts";

/** The maximum length of a label, in characters. */
const LONGEST = 200;
/** The keys of labels in JSON; an earlier one precedes a later one. */
const KEYS =
  "class_name label_name classname category_name class_text label cls class target category class_id label_id class_index y".split(
    " ",
  );

/** Returns the label in a text file: a whole number, or the name of a class; null for -1 or no text. */
export function labelFromText(place: string, bytes: Uint8Array): number | string | null {
  return labelOf(place, decodeText(place, bytes).trim());
}

/** Returns the label in a JSON file: the value itself, or that of a key such as `label`; undefined if it has none. */
export function labelFromJson(place: string, bytes: Uint8Array): number | string | null | undefined {
  let content: unknown;
  try {
    content = JSON.parse(decodeText(place, bytes));
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`${place}: it is not JSON: ${(error as Error).message}. Write the shard again.`);
  }
  if (typeof content !== "object" || content === null) return labelOf(place, content);
  const values = content as Readonly<Record<string, unknown>>;
  const key = KEYS.find((name) => Object.hasOwn(values, name));
  return key === undefined ? undefined : labelOf(`${place}, ${key}`, values[key]);
}

function labelOf(place: string, value: unknown): number | string | null {
  if (value === null || value === "" || value === -1 || value === "-1") return null;
  if (typeof value === "string" && /^\d{1,9}$/.test(value)) return Number(value);
  if (typeof value === "string" && value.length <= LONGEST) return value;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 31) return value;
  if (typeof value === "boolean") return Number(value);
  throw new DataError(
    `${place}: it is ${JSON.stringify(value)?.slice(0, 80)}. Expected a whole number of at least 0, or the name of a class of at most ${LONGEST} characters.`,
  );
}
