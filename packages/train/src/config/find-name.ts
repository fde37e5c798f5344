/** Returns a name in lower case without hyphens, underscores and spaces, by which people's spellings differ. */
export const plainName = (name: string): string => name.toLowerCase().replaceAll(/[-_ ]/g, "");

/** Returns the known name that differs only in case and hyphens, `colorJitter` for `color-jitter`; undefined if none does. */
export const findName = (name: string, known: readonly string[]): string | undefined =>
  known.find((candidate) => plainName(candidate) === plainName(name));
