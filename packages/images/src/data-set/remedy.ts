import type { DataOptions } from "./options.ts";
import type { PartName } from "./parts.ts";

/** An action that fixes a problem with the data, as data: each user interface words it in its own vocabulary. */
export type DataRemedy =
  /** Choose the folders of parts, by the options `trainFolder`, `validationFolder` and `testFolder`, for a purpose. */
  | { readonly folders: Readonly<Partial<Record<PartName, readonly string[]>>>; readonly purpose?: string }
  /** Set options, for a purpose. */
  | { readonly options: DataOptions; readonly purpose: string }
  /** Change one of the options that choose the folders of these parts. */
  | { readonly changeFolders: readonly PartName[] }
  /** Remove the options that choose folders of parts. */
  | { readonly removeFolders: readonly PartName[] }
  /** Act outside of the options: an imperative clause without a period. */
  | { readonly act: string };

/** Returns a remedy as an imperative clause that names options. */
export function dataRemedyInWords(remedy: DataRemedy): string {
  if ("act" in remedy) return remedy.act;
  if ("changeFolders" in remedy) return `change ${remedy.changeFolders.map(optionOf).join(" or ")}`;
  if ("removeFolders" in remedy) return `remove ${remedy.removeFolders.map(optionOf).join(" and ")}`;
  if ("options" in remedy) {
    const values = Object.entries(remedy.options).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
    return `set ${values.join(" and ")} to ${remedy.purpose}`;
  }
  const settings = (Object.entries(remedy.folders) as [PartName, readonly string[]][]).map(
    ([part, paths]) => `${optionOf(part)} = ${JSON.stringify(paths.length === 1 ? paths[0] : paths)}`,
  );
  return `set ${settings.join(" and ")}${remedy.purpose ? ` to ${remedy.purpose}` : ""}`;
}

/** Returns the name of the option that chooses the folders of a part. */
const optionOf = (part: PartName): string => `${part}Folder`;
