/**
 * Characters that are unsafe to print: controls (an escape sequence moves a terminal's cursor, XML forbids most of them),
 * lone surrogates, noncharacters, line separators and marks that change the direction of text.
 */
const HIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Noncharacter_Code_Point}]/gu;
const HIDDEN_IN_LINES = new RegExp(`(?![\\n\\t])${HIDDEN.source}`, HIDDEN.flags);

/**
 * Returns a name as one line of text that is safe to print: hidden characters become JSON escapes like `\u001b`. Data files
 * keep the name itself.
 * @example visible("a\u202Eb") // "a\\u202eb"
 */
export const visible = (text: string): string => text.replaceAll(HIDDEN, escaped);

/** Escapes hidden characters like {@link visible}, except line breaks and tabs. */
export const visibleLines = (text: string): string => text.replaceAll(HIDDEN_IN_LINES, escaped);

const escaped = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`,
  ).join("");
