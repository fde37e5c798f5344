import * as Plot from "@observablehq/plot";
import { createIn, SVG, svgDocument, toXml } from "./xml.ts";

/** Colours that can be told apart on white and on black, and by most of those who see fewer colours. */
export const palette = ["#4c78d8", "#e8862e", "#2a9d62", "#c4489d", "#8c6bd1", "#b0912f", "#d2483f"] as const;

/** A plot as a file of its own: it follows the reader's light or dark scheme, and says in words what it shows. */
export function svg(description: string, options: Plot.PlotOptions): string {
  const document = svgDocument();
  const plot = Plot.plot({ document, style: { background: "none" }, ...options });
  plot.setAttribute("xmlns", SVG);
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", description);
  const scheme = "svg { color: #333 } @media (prefers-color-scheme: dark) { svg { color: #ccc } }";
  plot.prepend(createIn(document)("style", {}, scheme));
  return toXml(plot);
}
