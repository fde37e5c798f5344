import { counted, number, percent } from "@downhill/train/plots";
import { type Html, html, page, repeatSection, type Section, table } from "@downhill/train/report";
import { visible } from "@downhill/train/text";
import type { Landscape, LandscapeRun, PointScore } from "../landscape.ts";
import { limits } from "../words.ts";
import { linesSection } from "./lines-section.ts";
import { PLANE_SCRIPT, PLANE_STYLE } from "./plane-script.ts";
import { planeSection } from "./plane-section.ts";
import { sharpnessSection } from "./sharpness-section.ts";

/** Returns a landscape as one self-contained HTML page. The same landscape gives the same text. */
export function landscapeHtml(landscape: Landscape): string {
  const { runs, command } = landscape;
  const names = runs.map(({ name }) => visible(name)).join(", ");
  const sections: readonly Section[] = [
    ["plane", "Plane", planeSection(landscape)],
    ["lines", "Lines", linesSection(landscape)],
    ["sharpness", "Sharpness", sharpnessSection(landscape)],
    ["limits", "Limits", limitsSection(landscape)],
    ["runs", "Runs", runsSection(landscape)],
    [
      "repeat",
      "Reproduce",
      command === ""
        ? null
        : repeatSection(
            "Reproduce this landscape",
            "With the same versions, runs, data, thread count and processor type, this command gives the same values:",
            command,
          ),
    ],
  ];
  return page(
    `Loss landscape: ${names}`,
    headline(landscape, names),
    sections,
    "Written by Downhill. The values are in the files next to this page: landscape.json and the CSV files.",
    { script: PLANE_SCRIPT, style: PLANE_STYLE },
  );
}

function headline({ model, parameters, data, seed, notes }: Landscape, names: string): Html {
  return html`<header>
<p class="kicker">Downhill landscape <span>${data}</span> <span>${model}</span> <span>${counted(parameters, "parameter")}</span> <span>seed ${seed}</span></p>
<h1>Loss around ${names}</h1>
${notes.length > 0 && html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
</header>`;
}

const limitsSection = (landscape: Landscape): Html => html`<section id="limits"><h2>What these pictures do not show</h2>
<div class="card">${limits(landscape).map((sentence) => html`<p>${sentence}</p>`)}</div></section>`;

function runsSection({ runs, images, measuresStatistics }: Landscape): Html {
  const loss = (score: PointScore | null): string => (score === null ? "–" : number(score.loss, 4));
  const accuracy = (score: PointScore | null): string =>
    score === null || !Number.isFinite(score.accuracy) ? "–" : percent(score.accuracy, 2);
  const part = images.part ?? "test";
  return html`<section id="runs"><h2>Runs</h2><div class="card">
${table<LandscapeRun>(
  runs,
  [
    { heading: "Run", cell: ({ name }) => visible(name) },
    { heading: "Optimizer", cell: ({ optimizer }) => optimizer },
    { heading: "Learning rate", cell: ({ lr }) => number(lr, 3), numeric: true },
    { heading: "Steps", cell: ({ steps }) => number(steps, 9), numeric: true },
    { heading: "Loss, training", cell: ({ own }) => loss(own.train), numeric: true },
    { heading: "Accuracy, training", cell: ({ own }) => accuracy(own.train), numeric: true },
    { heading: `Loss, ${part}`, cell: ({ own }) => loss(own.test), numeric: true },
    { heading: `Accuracy, ${part}`, cell: ({ own }) => accuracy(own.test), numeric: true },
  ],
  {
    caption: `Trained weights on the measured images${measuresStatistics ? ", with their own statistics of batch norm" : ""}`,
    named: true,
  },
)}
</div></section>`;
}
