import { type Html, html, page, pairs, raw, repeatSection, table } from "@downhill/train/report";
import type { Claim } from "../reproduction.ts";
import { measuredText, verdictText } from "./markdown.ts";
import type { ReproductionReport } from "./reproduction-report.ts";

/** Returns the report of a reproduction as one self-contained HTML page. */
export function reproductionHtml(report: ReproductionReport): string {
  const { reproduction, facts, method } = report;
  const { title, paper, summary } = reproduction;
  return page(
    title,
    html`<header><h1>${title}</h1><p>${summary} <a href="${paper}">${paper}</a></p></header>`,
    [
      ["claims", "Statements", claimsSection(report)],
      ["plots", "Plots", plotsSection(report)],
      [
        "method",
        "Method",
        html`<section id="method"><h2>Method</h2><div class="card"><p>${method}</p></div></section>`,
      ],
      ["surroundings", "Data and versions", surroundings(report)],
      [
        "repeat",
        "Reproduce",
        facts.command === ""
          ? null
          : repeatSection("Repeat this reproduction", "This command repeats all trainings:", facts.command),
      ],
    ],
    `Written by Downhill ${facts.versions.downhill}. The data are in the files next to this report.`,
  );
}

const claimsSection = ({ claims }: ReproductionReport): Html =>
  html`<section id="claims"><h2>Statements of the paper</h2><div class="card">${table<Claim>(
    claims,
    [
      { heading: "The paper states", cell: ({ statement }) => statement },
      { heading: "Measured", cell: measuredText },
      { heading: "Verdict", cell: (claim) => html`<b>${verdictText(claim)}</b>` },
    ],
    { caption: "Statements with their measurements and verdicts" },
  )}</div></section>`;

function plotsSection({ files }: ReproductionReport): Html | null {
  const plots = [...files].filter(([name]) => name.endsWith(".svg"));
  if (plots.length === 0) return null;
  return html`<section id="plots"><h2>Plots</h2>${plots.map(
    ([, svg]) => html`<figure class="card">${raw(svg)}</figure>`,
  )}</section>`;
}

const surroundings = ({ facts: { data, trainLimit, testLimit, seeds, threads, versions } }: ReproductionReport): Html =>
  html`<section id="surroundings"><h2>Data and versions</h2><div class="card">${pairs([
    ["Data", data],
    ["Training images", `at most ${trainLimit}`],
    ["Test images", `at most ${testLimit}`],
    ["Seeds", seeds.join(", ")],
    ["Threads", String(threads)],
    ...Object.entries(versions).map(([name, version]) => [name, String(version)] as const),
  ])}</div></section>`;
