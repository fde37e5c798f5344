import type { PartName } from "../../data-set/parts.ts";

/** A table and the part that it is for. */
interface Grouped {
  readonly part: PartName | null;
  readonly group: string;
}

/**
 * Groups tables that are the parts of one data set, such as train.csv and test.csv. If a single group has several parts,
 * the training part among them, the other tables repeat it or are of no use for training, and are left out.
 * @param isLabeled true for a table with labels; a group needs one
 */
export function bestGroups<T extends Grouped>(
  tables: readonly T[],
  isLabeled: (table: T) => boolean,
): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const table of tables) groups.set(table.group, [...(groups.get(table.group) ?? []), table]);
  const labeled = [...groups.values()].filter((group) => group.some(isLabeled));
  const divided = labeled.filter((group) => {
    const parts = new Set(group.filter(isLabeled).map(({ part }) => part));
    return parts.size > 1 && parts.has("train");
  });
  return divided.length === 1 ? divided : labeled;
}
