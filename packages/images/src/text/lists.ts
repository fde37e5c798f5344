/** The default number of names that a list in a sentence shows. */
const SHOWN = 5;

/** Lists names in a sentence, at most about `shown` of them: "a, b, c and 4 more". */
export function listFirst(names: readonly string[], shown = SHOWN): string {
  const more = names.length - shown;
  // "and 1 more" is no shorter than the name.
  return more <= 1 ? names.join(", ") : `${names.slice(0, shown).join(", ")} and ${more} more`;
}

/** Returns a count with its noun: `1 image`, `2 images`. */
export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
