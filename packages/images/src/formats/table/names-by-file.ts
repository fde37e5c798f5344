import { basename } from "node:path";
import type { LabelCollector } from "./label-collector.ts";
import type { LabelTable } from "./label-table.ts";

/**
 * Returns the names of numbered classes by the names of their images, as in the lists of the Oxford pets, whose image
 * `Abyssinian_12` has a number as its class, species and breed; null if the names of images do not name classes.
 */
export function namesByFile(collector: LabelCollector, { table }: LabelTable): ReadonlyMap<string, string> | null {
  if (table.hasHeader || table.columns.length < 4) return null;
  const names = new Map<string, string>();
  const { index, labels, values } = collector;
  for (const [image, number] of labels.entries()) {
    if (number === -1) continue;
    const name = /^(.*\p{L}.*)_\d+\.\w+$/u.exec(basename(index.paths[image] as string))?.[1];
    const label = values[number] as string;
    if (name === undefined || (names.get(label) ?? name) !== name) return null;
    names.set(label, name);
  }
  return new Set(names.values()).size === values.length ? names : null;
}
