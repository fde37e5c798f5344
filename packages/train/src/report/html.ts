import { visibleLines } from "../text/index.ts";

/** Markup that is whole: it is put into other markup as it is. */
export class Html {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

type Part = Html | string | number | null | undefined | false | readonly Part[];

/**
 * Markup from a template: what is put in is text, whatever it holds, unless it is markup itself. So that a file's or a
 * class's name can never be anything else; characters that are hidden, or that turn the text around, are shown as escapes.
 */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(strings.reduce((text, string, i) => text + render(parts[i - 1]) + string));

/** Trusted markup, such as a plot. */
export const raw = (text: string): Html => new Html(text);

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(render).join("");
  return visibleLines(String(part)).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
