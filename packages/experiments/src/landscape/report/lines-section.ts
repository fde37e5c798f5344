import { number, percent } from "@downhill/train/plots";
import { figure, type Html, html, table } from "@downhill/train/report";
import { visible } from "@downhill/train/text";
import type { Landscape, Line, PointScore } from "../landscape.ts";
import { linePlot } from "../plots/line.ts";
import { lineInWords } from "../words.ts";

/** Returns the section with the lines between runs. */
export function linesSection(landscape: Landscape): Html | null {
  const { lines } = landscape;
  if (lines.length === 0) return null;
  return html`<section id="lines"><h2>${lines.length === 1 ? "Line" : "Lines"}</h2>
${figure({
  heading: lines.length === 1 ? "On the line between the runs" : "On the lines between the runs",
  words: lines.map((line) => lineInWords(landscape, line)).join(" "),
  plot: (options) => linePlot(landscape, options),
  table: html`${lines.map((line) => lineTable(landscape, line))}`,
  spread: true,
})}
</section>`;
}

const shareText = (value: number | undefined): string =>
  value === undefined || !Number.isFinite(value) ? "–" : percent(value, 2);

function lineTable({ runs, images }: Landscape, { from, to, distance, at, train, test }: Line): Html {
  const [start, end] = [from, to].map((run) => visible(runs[run]?.name ?? ""));
  const rows = at.map((position, i) => ({ position, train: train[i], test: test?.[i] }));
  type Row = (typeof rows)[number];
  const columns = (part: string, pick: (row: Row) => PointScore | undefined) => [
    { heading: `Loss, ${part}`, cell: (row: Row) => number(pick(row)?.loss ?? Number.NaN, 4), numeric: true },
    { heading: `Accuracy, ${part}`, cell: (row: Row) => shareText(pick(row)?.accuracy), numeric: true },
  ];
  return table(
    rows,
    [
      { heading: "Position", cell: ({ position }) => number(position, 3), numeric: true },
      ...columns("training", (row) => row.train),
      ...(test ? columns(images.part ?? "test", (row) => row.test) : []),
    ],
    { caption: `From ${start} (0) to ${end} (1), ${number(distance, 4)} apart in weight space` },
  );
}
