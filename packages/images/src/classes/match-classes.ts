import { DataError } from "../error.ts";
import { listFirst, plural } from "../text/lists.ts";

/** Returns the form of a class name by which names are compared: Unicode normalization NFC, without spaces around it. */
export const classKey = (name: string): string => name.normalize("NFC").trim();

/** The assignment of names to known classes. */
export interface ClassMatches {
  /** For each name, its index among the known classes; null for an unknown name. */
  readonly matches: readonly (number | null)[];
  readonly unknown: readonly string[];
  /** The known classes without a name. */
  readonly absent: readonly string[];
}

/** Matches names with known classes: equal after Unicode normalization, else equal but for case if the match is unique. */
export function matchClasses(names: readonly string[], known: readonly string[]): ClassMatches {
  const exact = placesBy(known, classKey);
  const folded = placesBy(known, fold);
  const own = placesBy(names, fold);
  const matches = names.map((name) => {
    const [same] = exact.get(classKey(name)) ?? [];
    if (same !== undefined) return same;
    const [alike, ...others] = folded.get(fold(name)) ?? [];
    const isUnique = others.length === 0 && own.get(fold(name))?.length === 1;
    return alike !== undefined && isUnique ? alike : null;
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
 * Refuses class names of which two are equal after Unicode normalization.
 * @param source the file or data set with the names, for errors
 */
export function checkDistinctNames(source: string, names: readonly string[]): void {
  const twice = [...placesBy(names, classKey)].filter(([, places]) => places.length > 1);
  if (twice.length === 0) return;
  const listed = twice.map(([name, places]) => `'${name}' (labels ${places.join(" and ")})`);
  throw new DataError(
    `${source}: it names ${plural(twice.length, "class", "classes")} twice: ${listFirst(listed)}. Expected a different name for each label. Rename one of them.`,
  );
}
