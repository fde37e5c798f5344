import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Writes the pages of a generated section, and its part of the sidebar, into a folder of its own.
 * @param {string} section the folder in docs/reference/, such as "optimizers"
 * @param {{ pages: Record<string, string>, sidebar: object[] }} contents Markdown by name; entries in VitePress's form
 */
export function writeSection(section, { pages, sidebar }) {
  const folder = fileURLToPath(new URL(`../reference/${section}/`, import.meta.url));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(pages)) writeFileSync(`${folder}${name}.md`, text);
  writeFileSync(`${folder}sidebar.json`, JSON.stringify(sidebar));
}
