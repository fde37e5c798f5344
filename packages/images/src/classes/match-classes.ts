import { DataError } from "../error.ts";
import { listFirst } from "../text/lists.ts";

/** The form of a class's name by which names are compared: Unicode normalization NFC, without spaces around it. */
export const classKey = (name: string): string => name.normalize("NFC").trim();

/** Which of some known classes each of some names means. */
export interface ClassMatches {
  /** By name: the place among the known classes; null for an unknown one. */
  readonly matches: readonly (number | null)[];
  readonly unknown: readonly string[];
  /** Known classes that no name means. */
  readonly absent: readonly string[];
}

/** Matches names of classes: equal after Unicode normalization, or else but for upper and lower case where one alone is. */
export function matchClasses(names: readonly string[], known: readonly string[]): ClassMatches {
  const exact = placesBy(known, classKey);
  const folded = placesBy(known, fold);
  const own = placesBy(names, fold);
  const matches = names.map((name) => {
    const same = exact.get(classKey(name));
    if (same) return same[0] as number;
    const alike = folded.get(fold(name));
    return alike?.length === 1 && own.get(fold(name))?.length === 1 ? (alike[0] as number) : null;
  });
  return {
    matches,
    unknown: names.filter((_, i) => matches[i] === null),
    absent: known.filter((_, place) => !matches.includes(place)),
  };
}

const fold = (name: string): string => classKey(name).toLowerCase();

function placesBy(names: readonly string[], key: (name: string) => string): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [place, name] of names.entries()) {
    const same = places.get(key(name));
    if (same) same.push(place);
    else places.set(key(name), [place]);
  }
  return places;
}

/**
 * Refuses names of classes of which two are equal after Unicode normalization.
 * @param source what has the names
 */
export function checkDistinctNames(source: string, names: readonly string[]): void {
  const twice = [...placesBy(names, classKey)].filter(([, places]) => places.length > 1);
  if (twice.length === 0) return;
  const listed = twice.map(([name, places]) => `'${name}' (labels ${places.join(" and ")})`);
  throw new DataError(
    `${source}: it has ${twice.length === 1 ? "a name" : "names"} of a class twice: ${listFirst(listed)}: expected a different name for each label. Rename one of them.`,
  );
}
