import { createHash } from "node:crypto";
import { withTable } from "../plots/training-data.ts";
import { classesSection } from "./classes.ts";
import { curvesSection } from "./curves.ts";
import { dataSection } from "./data.ts";
import { finderSection } from "./finder.ts";
import { headline } from "./headline.ts";
import { type Html, html, raw } from "./html.ts";
import { mistakesSection } from "./mistakes.ts";
import type { ReportData, ReportRun } from "./report-data.ts";
import { SCRIPT } from "./script.ts";
import { setupSection } from "./setup.ts";
import { STYLE } from "./style.ts";
import { timingSection } from "./timing.ts";
import { warnings } from "./warnings/index.ts";

/** Blocks all network access and all scripts but the report's own, because names of files and classes are untrusted text. */
const POLICY = [
  "default-src 'none'",
  "img-src data:",
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${createHash("sha256").update(SCRIPT).digest("base64")}'`,
].join("; ");

/**
 * Writes a run as one self-contained HTML page: result, training curves, errors, settings and the command that repeats the
 * run. It works for a run at any stage. The same data give the same text.
 * @example writeFileSync("report.html", report({ run: readRunFolder("runs/first") }));
 */
export function report(data: ReportData): string {
  const run = withTable(data.run);
  const { facts } = run;
  const sections: readonly (readonly [id: string, name: string, section: Html | null])[] = [
    ["notes", "Notes", notesSection(run)],
    ["rate", "Learning rate", finderSection(run)],
    ["curves", "Training", curvesSection(run)],
    ["classes", "Classes", classesSection(run)],
    ["mistakes", "Mistakes", mistakesSection(data)],
    ["setup", "Settings", setupSection(run)],
    ["surroundings", "Data and machine", surroundingsSection(run)],
    ["repeat", "Reproduce", repeatSection(run)],
  ];
  const present = sections.filter(([, , section]) => section !== null);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${facts.model.name} on ${facts.data.name}: ${facts.id}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
${headline(run)}
<nav aria-label="Parts of the report"><ul>${present.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
${present.map(([, , section]) => section)}
<footer>Written by Downhill ${facts.versions.downhill}. The data are in the files next to this report: run.json, metrics.ndjson, timings.ndjson and result.json.</footer>
</main>
<script>${raw(SCRIPT)}</script>
</body>
</html>
`.text;
}

function notesSection(run: ReportRun): Html | null {
  const notes = warnings(run);
  if (notes.length === 0) return null;
  return html`<section id="notes"><h2>Notes</h2>
<ul class="notes">${notes.map(({ title, text }) => html`<li><b>${title}</b><p>${text}</p></li>\n`)}</ul></section>`;
}

const surroundingsSection = (run: ReportRun): Html => html`<section id="surroundings"><h2>Data and machine</h2>
<div class="grid">${dataSection(run)}${timingSection(run)}</div></section>`;

const repeatSection = ({ facts }: ReportRun): Html => html`<section id="repeat"><h2>Reproduce this run</h2>
<p>With the same versions, data, thread count and processor type, this command gives the same model bit for bit:</p>
<div class="command"><pre><code id="command">${facts.command}</code></pre>
<button type="button" data-copy="command" hidden>Copy</button></div></section>`;
