import { DOMParser } from "linkedom";
import { visibleLines } from "../text/index.ts";

/** Common interface of linkedom's and the browser's elements, as far as it is used here. */
export interface SvgElement {
  setAttribute(name: string, value: string): void;
  getAttribute(name: string): string | null;
  removeAttribute(name: string): void;
  querySelectorAll(selector: string): Iterable<SvgElement>;
  append(...children: (SvgElement | string)[]): void;
  prepend(...children: (SvgElement | string)[]): void;
  readonly children: Iterable<SvgElement>;
  readonly tagName: string;
  readonly outerHTML: string;
  textContent: string | null;
}

export interface SvgDocument {
  createElementNS(namespace: string, tag: string): SvgElement;
}

export type Create = (
  tag: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: (SvgElement | string)[]
) => SvgElement;

export const SVG = "http://www.w3.org/2000/svg";

/** Returns an empty SVG document. Its elements serialize to XML with escaped attributes and text. */
export const svgDocument = (): SvgDocument =>
  new DOMParser().parseFromString("<svg/>", "image/svg+xml", null) as unknown as SvgDocument;

/** Returns a function that creates elements of a document. */
export const createIn =
  (document: SvgDocument): Create =>
  (tag, attributes, ...children) => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    element.append(...children);
    return element;
  };

/**
 * Returns the text of an SVG file. Characters that XML forbids become visible escapes. No-break spaces, which linkedom
 * writes as references, are written as characters.
 */
export const toXml = ({ outerHTML }: { readonly outerHTML: string }): string =>
  `${visibleLines(outerHTML.replaceAll("&#160;", "\u00a0"))}\n`;
