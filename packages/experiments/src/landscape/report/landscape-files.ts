import { png } from "@downhill/train/plots";
import type { Landscape } from "../landscape.ts";
import { linePlot } from "../plots/line.ts";
import { planePlot } from "../plots/plane.ts";
import { sharpnessPlot } from "../plots/sharpness.ts";
import { hasSharpnessPath } from "../words.ts";
import { landscapeHtml } from "./landscape-html.ts";
import { csvFiles } from "./plain-data.ts";

/**
 * Returns the files of a landscape by their paths in its folder: `landscape.html`, `landscape.json`, a CSV file for each
 * part, and the plots as SVG and PNG. The same landscape gives the same bytes.
 */
export async function landscapeFiles(landscape: Landscape): Promise<Map<string, string | Uint8Array>> {
  const { plane, lines } = landscape;
  const plots: Readonly<Record<string, () => string>> = {
    ...(plane && { plane: () => planePlot(landscape) }),
    ...(plane?.test && { "plane-test": () => planePlot(landscape, { part: "test" }) }),
    ...(lines.length > 0 && { lines: () => linePlot(landscape) }),
    ...(hasSharpnessPath(landscape) && { sharpness: () => sharpnessPlot(landscape) }),
  };
  const files = new Map<string, string | Uint8Array>([
    ["landscape.html", landscapeHtml(landscape)],
    ["landscape.json", `${JSON.stringify(landscape, null, 1)}\n`],
    ...Object.entries(csvFiles(landscape)),
  ]);
  for (const [name, draw] of Object.entries(plots)) {
    const svg = draw();
    files.set(`plots/${name}.svg`, svg);
    files.set(`plots/${name}.png`, await png(svg));
  }
  return files;
}
