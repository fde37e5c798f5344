import { finderPlot } from "../plots/finder.ts";
import { number } from "../plots/numbers.ts";
import { finderInWords } from "../range-test/words.ts";
import { duration } from "../text/duration.ts";
import { figure } from "./figure.ts";
import { type Html, html } from "./html.ts";
import type { ReportRun } from "./report-data.ts";
import { table } from "./table.ts";

/** Returns the section on the range test that chose the learning rate; null if there was none. */
export function finderSection({ facts: { finder, config } }: ReportRun): Html | null {
  if (!finder) return null;
  const taken = finder.chosen ? "" : ` It suggested no rate, so the default of ${number(config.lr, 2)} was used.`;
  return html`<section id="rate"><h2>Learning-rate search</h2>
<p>Before the training, a copy of the model was trained for ${finder.steps} steps with a rising learning rate. This test took ${duration(finder.seconds)}.${taken}</p>
<div class="grid">
${figure({
  heading: "Learning-rate range test",
  words: finderInWords(finder),
  plot: (options) => finderPlot(finder, options),
  table: table(
    Object.entries(finder.suggestions),
    [
      { heading: "Suggestion", cell: ([name]) => name },
      { heading: "Learning rate", cell: ([, one]) => (one ? number(one.lr, 2) : "none"), numeric: true },
      { heading: "Why", cell: ([name, one]) => one?.why ?? (name === finder.choose ? finder.refusal : "–") ?? "–" },
    ],
    { caption: "Suggestion of each method", named: true },
  ),
  spread: true,
})}
</div></section>`;
}
