/**
 * Characters that a reader must not be sent as they are: controls (an escape moves a terminal's cursor, XML cannot hold
 * most of them), halves of characters, noncharacters, line separators, and marks that change the direction of the text.
 */
const HIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Noncharacter_Code_Point}]/gu;
const HIDDEN_IN_LINES = new RegExp(`(?![\\n\\t])${HIDDEN.source}`, HIDDEN.flags);

/**
 * A name as one line of text that can be shown anywhere: hidden characters become escapes like `\u001b`, which are JSON's.
 * Data files keep the name itself.
 * @example visible("a\u202Eb") // "a\\u202eb"
 */
export const visible = (text: string): string => text.replaceAll(HIDDEN, escaped);

/** The same for a text of several lines: line breaks and tabs stay. */
export const visibleLines = (text: string): string => text.replaceAll(HIDDEN_IN_LINES, escaped);

const escaped = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`,
  ).join("");
