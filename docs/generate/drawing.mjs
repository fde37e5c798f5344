import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { svg } from "@downhill/train/plots";

/** Colors of the site's theme, light or dark. */
export const COLOR = {
  main: "var(--figure-main)",
  second: "var(--figure-second)",
  muted: "var(--figure-muted)",
  line: "var(--figure-line)",
};

const FOLDER = fileURLToPath(new URL("../public/figures/", import.meta.url));

/** Removes the figures of an earlier build. */
export function clearFigures() {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
}

/**
 * Draws a figure into a file of its own, and returns the element that shows it in a page. The figure takes the colors of
 * the page's theme, as a reference to an SVG inherits them and an image would not.
 */
export function draw(name, description, { width = 340, height = 260, ...options }) {
  const drawn = svg(description, { width, height, style: { background: "none", fontSize: "12px" }, ...options })
    .replaceAll(/<style>.*?<\/style>/gs, "")
    .replaceAll(/="[^"]*"/g, (attribute) => attribute.replaceAll(/(\d+\.\d)\d+/g, "$1"))
    .replace(/^<svg /, '<svg id="figure" overflow="visible" ');
  writeFileSync(`${FOLDER}${name}.svg`, drawn);
  const label = description.replaceAll('"', "&quot;");
  return `<svg role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}"><use href="/figures/${name}.svg#figure"/></svg>`;
}
