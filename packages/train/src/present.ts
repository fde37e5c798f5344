/** Returns the items that are not null: parts of a line or rows of a table that depend on a condition. */
export const present = <T>(items: readonly (T | null)[]): T[] => items.filter((item) => item !== null);
