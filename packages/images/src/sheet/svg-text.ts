/** The width of a letter as a share of the font's size, for a common sans-serif font. */
const LETTER = 0.6;

/** Returns a line of text as SVG. Characters that XML reserves or forbids are replaced. */
export const textAt = (x: number, y: number, text: string, size: number, weight = "normal"): string =>
  `<text x="${x}" y="${y}" font-family="DejaVu Sans, Helvetica, Arial, sans-serif" font-size="${size}" font-weight="${weight}">${escaped(text)}</text>`;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Escapes text for XML. Control characters and those that change the direction of text are shown as "?". */
const escaped = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cs}\p{Bidi_Control}\ufffe\uffff]/gu, "?")
    .replaceAll(/[&<>]/g, (character) => ENTITIES[character] as string);

/** The columns of a character: East Asian ones take two. */
const columnsOf = (character: string): number => ((character.codePointAt(0) as number) >= 0x2e80 ? 2 : 1);

/** Returns the approximate width of text in pixels. */
export const widthOf = (text: string, size: number): number =>
  Math.ceil([...text].reduce((sum, character) => sum + columnsOf(character), 0) * LETTER * size);

/** Cuts text to a width in pixels. */
export function clipped(text: string, width: number, size: number): string {
  const characters = [...text];
  for (let count = characters.length; count > 1; count--) {
    const cut = count === characters.length ? text : `${characters.slice(0, count).join("")}…`;
    if (widthOf(cut, size) <= width) return cut;
  }
  return characters[0] ?? "";
}
