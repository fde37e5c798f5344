/** An average character's width as a share of the font's size; DejaVu, the widest of those in use. */
const CHARACTER = 0.58;

/** About how many pixels a text takes. */
export const widthOf = (text: string, fontSize: number): number => CHARACTER * fontSize * text.length;

/** The text in lines that are about no wider than that many pixels. */
export function wrap(text: string, width: number, fontSize: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && widthOf(longer, fontSize) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** At most that many pixels of a text; what is cut has an ellipsis in its place. */
export function shorten(text: string, width: number, fontSize: number): string {
  const fits = Math.max(1, Math.floor(width / (CHARACTER * fontSize) + 1e-6));
  return text.length <= fits ? text : `${text.slice(0, Math.max(1, fits - 1)).trimEnd()}…`;
}

/** A class's name within a sentence: numbers would be taken for counts. */
export const spoken = (name = ""): string => (/^\d+$/.test(name) ? `class ${name}` : name);
