import { DataError } from "../error.ts";
import type { RawData } from "../reading/raw-data.ts";
import { listFirst, plural } from "../text/lists.ts";
import { matchClasses } from "./match-classes.ts";

/**
 * Renumbers labels by the expected classes.
 * @param source the data, for errors
 * @throws DataError for a class that is not among the expected ones
 */
export function relabel(raw: RawData, expected: readonly string[], source: string): RawData {
  const names = raw.parts.train?.classNames ?? [];
  const { matches, unknown } = matchClasses(names, expected);
  if (unknown.length > 0) {
    throw new DataError(
      `${source}: ${unknown.length} of its ${plural(names.length, "class", "classes")} ${unknown.length === 1 ? "is" : "are"} unknown to the model: ${listFirst(unknown)}. Expected ${listFirst(expected)}. Rename these classes as the model does, or remove them.`,
    );
  }
  const parts = Object.entries(raw.parts).map(([part, handle]) => [
    part,
    { ...handle, classNames: expected, labels: handle.labels.map((label) => matches[label] as number) },
  ]);
  return { ...raw, parts: Object.fromEntries(parts) };
}
