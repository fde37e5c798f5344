import { count } from "../plots/numbers.ts";
import { type Html, html } from "./html.ts";
import type { ReportRun } from "./report-data.ts";
import { pairs } from "./table.ts";

/** What it was trained on. */
export function dataSection({ facts: { data } }: ReportRun): Html {
  const { counts, normalization } = data;
  const list = (values: readonly number[]): string => values.map((value) => value.toFixed(3)).join(", ");
  return html`<div class="card"><h3>Data</h3>
${pairs([
  ["Name", data.name],
  ["Source", data.source],
  ["Training images", count(counts.train)],
  ...(counts.validation > 0 ? [["Validation images", count(counts.validation)] as const] : []),
  ...(counts.test > 0 ? [["Test images", count(counts.test)] as const] : []),
  ["Classes", count(data.classNames.length)],
  ["Mean of pixels", list(normalization.mean)],
  ["Deviation of pixels", list(normalization.std)],
  ["Fingerprint", html`<code>${data.fingerprint}</code>`],
])}
${
  data.findings.length > 0
    ? html`<h4>What its examination found</h4><ul>${data.findings.map((finding) => html`<li>${finding}</li>`)}</ul>`
    : html`<p>Its examination found no imbalance, no duplicates and no image that cannot be read.</p>`
}
</div>`;
}
