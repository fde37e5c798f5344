import { withTable } from "../plots/training-data.ts";
import { classesSection } from "./classes.ts";
import { curvesSection } from "./curves.ts";
import { dataSection } from "./data.ts";
import { finderSection } from "./finder.ts";
import { headline } from "./headline.ts";
import { type Html, html } from "./html.ts";
import { mistakesSection } from "./mistakes.ts";
import { page, repeatSection, type Section } from "./page.ts";
import type { ReportData, ReportRun } from "./report-data.ts";
import { setupSection } from "./setup.ts";
import { timingSection } from "./timing.ts";
import { warnings } from "./warnings/index.ts";

const REPEAT =
  "With the same versions, data, thread count and processor type, this command gives the same model bit for bit:";

/**
 * Writes a run as one self-contained HTML page: result, training curves, errors, settings and the command that repeats the
 * run. It works for a run at any stage. The same data give the same text.
 * @example writeFileSync("report.html", report({ run: readRunFolder("runs/first") }));
 */
export function report(data: ReportData): string {
  const run = withTable(data.run);
  const { facts } = run;
  const sections: readonly Section[] = [
    ["notes", "Notes", notesSection(run)],
    ["rate", "Learning rate", finderSection(run)],
    ["curves", "Training", curvesSection(run)],
    ["classes", "Classes", classesSection(run)],
    ["mistakes", "Mistakes", mistakesSection(data)],
    ["setup", "Settings", setupSection(run)],
    ["surroundings", "Data and machine", surroundingsSection(run)],
    ["repeat", "Reproduce", repeatSection("Reproduce this run", REPEAT, facts.command)],
  ];
  return page(
    `${facts.model.name} on ${facts.data.name}: ${facts.id}`,
    headline(run),
    sections,
    `Written by Downhill ${facts.versions.downhill}. The data are in the files next to this report: run.json, metrics.ndjson, timings.ndjson and result.json.`,
  );
}

function notesSection(run: ReportRun): Html | null {
  const notes = warnings(run);
  if (notes.length === 0) return null;
  return html`<section id="notes"><h2>Notes</h2>
<ul class="notes">${notes.map(({ title, text }) => html`<li><b>${title}</b><p>${text}</p></li>\n`)}</ul></section>`;
}

const surroundingsSection = (run: ReportRun): Html => html`<section id="surroundings"><h2>Data and machine</h2>
<div class="grid">${dataSection(run)}${timingSection(run)}</div></section>`;
