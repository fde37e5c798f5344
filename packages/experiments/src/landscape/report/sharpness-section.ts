import { number, percent } from "@downhill/train/plots";
import { figure, type Html, html, table } from "@downhill/train/report";
import { visible } from "@downhill/train/text";
import type { Landscape, Sharpness } from "../landscape.ts";
import { sharpnessPlot } from "../plots/sharpness.ts";
import { endsOf, hasSharpnessPath, sharpnessInWords } from "../words.ts";

/** Returns the section with the largest curvatures, as curves if they were measured along the paths. */
export function sharpnessSection(landscape: Landscape): Html | null {
  const { sharpness } = landscape;
  if (sharpness.length === 0) return null;
  const words = endsOf(landscape)
    .map((point) => sharpnessInWords(landscape, point))
    .join(" ");
  const values = sharpnessTable(landscape);
  return html`<section id="sharpness"><h2>Sharpness</h2>
${
  hasSharpnessPath(landscape)
    ? figure({
        heading: "Largest curvature over the steps",
        words,
        plot: (options) => sharpnessPlot(landscape, options),
        table: values,
        spread: true,
      })
    : html`<div class="card"><p>${words}</p>${values}</div>`
}
</section>`;
}

const sharpnessTable = ({ sharpness, runs }: Landscape): Html =>
  table<Sharpness>(
    sharpness,
    [
      { heading: "Run", cell: ({ run }) => visible(runs[run]?.name ?? "") },
      { heading: "Step", cell: ({ step }) => number(step, 9), numeric: true },
      { heading: "Largest", cell: ({ largest }) => number(largest, 4), numeric: true },
      { heading: "±", cell: ({ error }) => number(error, 2), numeric: true },
      { heading: "Smallest", cell: ({ smallest }) => number(smallest, 3), numeric: true },
      { heading: "Rate", cell: ({ lr }) => number(lr, 3), numeric: true },
      { heading: "Largest × rate", cell: ({ largest, lr }) => number(largest * lr, 3), numeric: true },
      {
        heading: "Share of the limit",
        cell: ({ largest, threshold }) =>
          threshold === null || !Number.isFinite(largest) ? "–" : percent(largest / threshold, 0),
        numeric: true,
      },
    ],
    { caption: "Eigenvalues of the Hessian of the training loss, by Lanczos' iteration" },
  );
