import { count } from "../plots/numbers.ts";
import { type Html, html } from "./html.ts";
import type { ReportRun } from "./report-data.ts";
import { pairs } from "./table.ts";

/** Returns the card with the data set: sizes, normalization and findings. */
export function dataSection({ facts: { data } }: ReportRun): Html {
  const { counts, normalization } = data;
  const list = (values: readonly number[]): string => values.map((value) => value.toFixed(3)).join(", ");
  return html`<div class="card"><h3>Data</h3>
${pairs([
  ["Name", data.name],
  ["Source", data.source],
  ...(data.reading === undefined ? [] : [["Read as", data.reading] as const]),
  ["Training images", count(counts.train)],
  ...(counts.validation > 0 ? [["Validation images", count(counts.validation)] as const] : []),
  ...(counts.test > 0 ? [["Test images", count(counts.test)] as const] : []),
  ["Classes", count(data.classNames.length)],
  ["Pixel mean", list(normalization.mean)],
  ["Pixel standard deviation", list(normalization.std)],
  ["Fingerprint", html`<code>${data.fingerprint}</code>`],
])}
${
  data.findings.length > 0
    ? html`<h4>Findings of the data check</h4><ul>${data.findings.map((finding) => html`<li>${finding}</li>`)}</ul>`
    : html`<p>The data check found no class imbalance, no duplicates and no unreadable images.</p>`
}
</div>`;
}
