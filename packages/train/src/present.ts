/** Returns the items that are not null. */
export const present = <T>(items: readonly (T | null)[]): T[] => items.filter((item) => item !== null);
