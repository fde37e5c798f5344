import { plotInto } from "./frame.ts";
import { createIn, SVG, svgDocument, toXml } from "./xml.ts";

/** Colors that are distinguishable on white and black and with most color vision deficiencies. */
export const palette = ["#4c78d8", "#e8862e", "#2a9d62", "#c4489d", "#8c6bd1", "#b0912f", "#d2483f"] as const;

/**
 * Returns a plot as a self-contained SVG file with a description; it follows the reader's light or dark color scheme.
 * @param options those of `plot` of Observable Plot, `@observablehq/plot`
 */
export function svg(description: string, options: object): string {
  const document = svgDocument();
  const plot = plotInto(document, { style: { background: "none" }, ...options });
  plot.setAttribute("xmlns", SVG);
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", description);
  const scheme = "svg { color: #333 } @media (prefers-color-scheme: dark) { svg { color: #ccc } }";
  plot.prepend(createIn(document)("style", {}, scheme));
  return toXml(plot);
}
