// Draws the README's pictures into docs/: npm run pictures
import { mkdirSync, writeFileSync } from "node:fs";
import { ensure, root } from "./ensure.mjs";

ensure();
mkdirSync(`${root}/docs`, { recursive: true });
const { pictures } = await import("./pictures/index.mjs");
for (const [name, draw] of Object.entries(pictures)) {
  writeFileSync(`${root}/docs/${name}.svg`, draw());
  console.log(`docs/${name}.svg`);
}
