import { visibleLines } from "../text/index.ts";

/** Markup that is inserted into other markup without escaping. */
export class Html {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

type Part = Html | string | number | null | undefined | false | readonly Part[];

/**
 * Builds markup from a template. Inserted values are escaped as text unless they are markup, so that the name of a file or
 * a class cannot inject markup. Invisible characters and those that change the direction of text become visible escapes.
 */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(strings.reduce((text, string, i) => text + render(parts[i - 1]) + string));

/** Marks trusted text, such as a plot, as markup. */
export const raw = (text: string): Html => new Html(text);

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(render).join("");
  return visibleLines(String(part)).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
