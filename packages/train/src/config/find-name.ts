/** A name without what people write differently: capitals, hyphens, underscores, spaces. */
export const plainName = (name: string): string => name.toLowerCase().replaceAll(/[-_ ]/g, "");

/** The known name that is meant, however it is hyphenated: `color-jitter` for `colorJitter`; undefined where there is none. */
export const findName = (name: string, known: readonly string[]): string | undefined =>
  known.find((candidate) => plainName(candidate) === plainName(name));
