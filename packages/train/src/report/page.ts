import { createHash } from "node:crypto";
import { type Html, html, raw } from "./html.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

/** Blocks all network access and all scripts but the report's own, because names of files and classes are untrusted text. */
const policyFor = (script: string): string =>
  [
    "default-src 'none'",
    "img-src data:",
    "style-src 'unsafe-inline'",
    `script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`,
  ].join("; ");

/** Script and style rules of one kind of report, besides the common ones. */
export interface PageExtras {
  readonly script?: string;
  readonly style?: string;
}

/** Section of a report, with its heading in the list of sections; null if the report has none. */
export type Section = readonly [id: string, name: string, section: Html | null];

/** Returns a report as one self-contained HTML page. */
export function page(
  title: string,
  top: Html,
  sections: readonly Section[],
  footer: string,
  extras: PageExtras = {},
): string {
  const script = SCRIPT + (extras.script ?? "");
  const present = sections.filter(([, , section]) => section !== null);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policyFor(script)}">
<title>${title}</title>
<style>${raw(STYLE + (extras.style ?? ""))}</style>
</head>
<body>
<main>
${top}
<nav aria-label="Parts of the report"><ul>${present.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
${present.map(([, , section]) => section)}
<footer>${footer}</footer>
</main>
<script>${raw(script)}</script>
</body>
</html>
`.text;
}

/** Returns the section with the command that repeats what is reported. */
export const repeatSection = (heading: string, words: string, command: string): Html =>
  html`<section id="repeat"><h2>${heading}</h2>
<p>${words}</p>
<div class="command"><pre><code id="command">${command}</code></pre>
<button type="button" data-copy="command" hidden>Copy</button></div></section>`;
