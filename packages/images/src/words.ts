/** Names of a list that are shown where no other number is given. */
const SHOWN = 5;

/** A list in a sentence, with at most `shown` of its members: "a, b, c and 4 more". */
export const some = (things: readonly string[], shown = SHOWN): string =>
  things.length <= shown ? things.join(", ") : `${things.slice(0, shown).join(", ")} and ${things.length - shown} more`;

/** `1 image`, `2 images`. */
export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
