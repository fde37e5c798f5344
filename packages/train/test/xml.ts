import { SaxesParser } from "saxes";

/** An element of an SVG file, as an XML parser reads it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (XmlElement | string)[];
}

/**
 * The root of an XML file.
 * @throws Error at the first fault: a parser of browsers or of picture libraries shows nothing of such a file
 */
export function parseXml(text: string): XmlElement {
  const parser = new SaxesParser();
  const document: XmlElement = { name: "", attributes: {}, children: [] };
  const open = [document];
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element = { name, attributes, children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on("closetag", () => void open.pop());
  parser.on("text", (part) => void open.at(-1)?.children.push(part));
  parser.write(text).close();
  return document.children.find((child) => typeof child !== "string") as XmlElement;
}

/** Returns the text of an element and its descendants. */
export const textOf = (element: XmlElement | string): string =>
  typeof element === "string" ? element : element.children.map(textOf).join("");

/** The elements of a name, wherever they are inside of an element. */
export const all = (element: XmlElement, name: string): XmlElement[] =>
  element.children.flatMap((child) =>
    typeof child === "string" ? [] : [...(child.name === name ? [child] : []), ...all(child, name)],
  );
