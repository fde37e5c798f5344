/** Joins the sections of a text, without those that are null or empty. */
export const joinSections = (sections: readonly (string | null)[], separator = "\n\n"): string =>
  sections.filter((section) => section !== null && section !== "").join(separator);

/** Returns the items that are not null: parts of a line or rows of a table that depend on a condition. */
export const present = <Item>(items: readonly (Item | null)[]): Item[] =>
  items.flatMap((item) => (item === null ? [] : [item]));
