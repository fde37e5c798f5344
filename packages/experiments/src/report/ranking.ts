import { count } from "@downhill/train/plots";
import { type Column, type Html, html, table } from "@downhill/train/report";
import { average, type Mean } from "@downhill/train/statistics";
import { duration } from "@downhill/train/text";
import type { Comparison, EntrantResult } from "../comparison/comparison.ts";
import { trainedOf } from "../comparison/entrant-trials.ts";
import type { ComparisonFacts } from "../comparison/facts.ts";
import { numbered } from "./numbered.ts";
import { deviationText, goodDecades, intervalText, MEASURE_NAMES, rateText, scoreText, statusText } from "./words.ts";

/** Entrant with its place in the order, from 1 on. */
type Row = EntrantResult & { readonly rank: number };

/** Returns the section with the sorted table. */
export function rankingSection(comparison: Comparison): Html {
  const { facts, entrants } = comparison;
  const rows = entrants.map((entrant, place): Row => ({ ...entrant, rank: place + 1 }));
  return html`<section id="ranking"><h2>Ranking by ${MEASURE_NAMES[facts.measure]}</h2>
<div class="card">${table(rows, columnsOf(comparison), { caption: captionOf(facts), named: true, sortable: true })}
<details><summary>About the columns</summary><p>${explanation(comparison)}</p></details></div></section>`;
}

/** Returns the caption of the table: what the scores are measured on. */
const captionOf = ({ measure, data }: ComparisonFacts): string =>
  `Entrants, sorted by ${MEASURE_NAMES[measure]}${measure === "accuracy" || measure === "loss" ? ` on ${data.part} images` : ""}`;

function columnsOf({ facts }: Comparison): Column<Row>[] {
  const { measure, target } = facts;
  const name = { accuracy: "Accuracy", loss: "Loss", seconds: "Time to target", updates: "Updates to target" }[measure];
  const other = (key: "accuracy" | "loss"): Column<Row> => ({
    heading: key === "accuracy" ? "Accuracy" : "Loss",
    cell: (row) => meanText(key, row[key]),
    numeric: true,
    sortBy: (row) => row[key]?.mean ?? Number.MAX_VALUE,
  });
  const scores: readonly Column<Row>[] = [
    {
      heading: name,
      cell: ({ score }) => (score ? html`<b>${scoreText(measure, score.mean)}</b>` : "–"),
      numeric: true,
      sortBy: ({ score }) => score?.mean ?? Number.MAX_VALUE,
    },
    { heading: "95 % interval", cell: ({ score }) => (score ? intervalText(measure, score) : "–"), numeric: true },
    {
      heading: "Deviation",
      cell: ({ score }) => (score ? deviationText(measure, score) : "–"),
      numeric: true,
      sortBy: ({ score }) => score?.deviation ?? Number.MAX_VALUE,
    },
  ];
  return [
    {
      heading: "Entrant",
      cell: ({ rank, name: entrant }) => numbered(rank, entrant),
      sortBy: ({ rank }) => rank,
    },
    { heading: "Status", cell: (row) => statusText(row, facts) },
    ...scores,
    ...(measure === "accuracy" ? [] : [other("accuracy")]),
    ...(measure === "loss" ? [] : [other("loss")]),
    ...(target === null ? [] : targetColumns(measure)),
    {
      heading: "Learning rate",
      cell: ({ lr }) => (lr === null ? "–" : rateText(lr)),
      numeric: true,
      sortBy: ({ lr }) => lr ?? Number.MAX_VALUE,
    },
    {
      heading: "Good decades",
      cell: ({ good }) => goodDecades(good),
      numeric: true,
      sortBy: ({ good }) => good?.decades ?? 0,
    },
    { heading: "Updates", cell: (row) => meanOverSeeds(row, "updates", count), numeric: true },
    {
      heading: "Time",
      cell: (row) => meanOverSeeds(row, "seconds", duration),
      numeric: true,
      sortBy: (row) => average(trainedOf(row).map(({ seconds }) => seconds)) || 0,
    },
  ];
}

const targetColumns = (measure: string): Column<Row>[] => [
  ...(measure === "seconds"
    ? []
    : [
        {
          heading: "Time to target",
          cell: ({ target }: Row) => (target?.seconds ? duration(target.seconds.mean) : "–"),
          numeric: true,
          sortBy: ({ target }: Row) => target?.seconds?.mean ?? Number.MAX_VALUE,
        },
      ]),
  ...(measure === "updates"
    ? []
    : [
        {
          heading: "Updates to target",
          cell: ({ target }: Row) => (target?.updates ? count(target.updates.mean) : "–"),
          numeric: true,
          sortBy: ({ target }: Row) => target?.updates?.mean ?? Number.MAX_VALUE,
        },
      ]),
];

const meanText = (measure: "accuracy" | "loss", mean: Mean | null): string =>
  mean === null ? "–" : scoreText(measure, mean.mean);

function meanOverSeeds(row: Row, key: "updates" | "seconds", format: (value: number) => string): string {
  const trained = trainedOf(row);
  return trained.length === 0 ? "–" : format(average(trained.map((outcome) => outcome[key])));
}

function explanation({ facts: { seeds, target, measure } }: Comparison): string {
  const parts = [
    `Deviation: standard deviation over the seeds${measure === "accuracy" ? ", in percentage points" : ""}. Good decades: width of the range of good rates in factors of ten.`,
    seeds.length > 1
      ? "Scores, updates and training times are means over the seeds."
      : "Scores, updates and training times are those of one seed.",
    "Good rates have a loss at most 10 % above the best one; “≥” marks a range that may extend beyond the tried rates.",
    target === null
      ? ""
      : `The target is an accuracy of ${scoreText("accuracy", target)} on validation images, measured after each epoch. Times and updates to it are means over the seeds that reached it.`,
    measure === "seconds" || measure === "updates"
      ? "An entrant has a score if all of its trainings reached the target."
      : "",
  ];
  return parts.filter((part) => part !== "").join(" ");
}
