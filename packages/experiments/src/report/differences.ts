import { number } from "@downhill/train/plots";
import { type Column, type Html, html, table } from "@downhill/train/report";
import { at } from "../at.ts";
import type { Comparison } from "../comparison/comparison.ts";
import { LEVEL, type Pair } from "../statistics/pairs.ts";
import { numbered } from "./numbered.ts";
import { differenceText, MEASURE_NAMES } from "./words.ts";

/** Number of entrants up to which the matrix fits into one of two columns. */
const FITS = 7;

/** Returns the card with the differences between every two entrants that have scores for all seeds. */
export function differencesCard(comparison: Comparison): Html {
  const { pairs, facts } = comparison;
  if (pairs.length === 0) {
    return html`<div class="card"><h3>Differences between entrants</h3>
<p class="how">A difference requires two entrants with scores for all seeds.</p></div>`;
  }
  const places = placesOf(pairs);
  return html`<div class="card"${places.length > FITS && html` style="grid-column: 1 / -1"`}><h3>Differences between entrants</h3>
<p class="how">${summary(pairs, facts.seeds.length)}</p>
${matrix(comparison, places)}
<details><summary>Intervals and p-values</summary>
${table(pairs, columnsOf(comparison), {
  caption:
    "First entrant minus second entrant. The interval is that of the pair alone; p is corrected for the number of pairs",
  named: true,
})}</details></div>`;
}

/** Describes how many of at least one pair differ. */
function summary(pairs: readonly Pair[], seeds: number): string {
  if (seeds < 2) return "With one seed, no difference can be tested: each may be chance.";
  const different = pairs.filter(({ isDifferent }) => isDifferent).length;
  const below = `corrected p-value below ${LEVEL}`;
  if (different === 0) return `No difference is certain with ${seeds} seeds: none has a ${below}.`;
  if (different === pairs.length) return `All differences are certain: each has a ${below}.`;
  return `${different} of ${pairs.length} differences ${different === 1 ? "has" : "have"} a ${below}. The others may be chance.`;
}

/** Returns the places of the entrants that occur in pairs. */
const placesOf = (pairs: readonly Pair[]): number[] =>
  [...new Set(pairs.flatMap(({ a, b }) => [a, b]))].sort((a, b) => a - b);

/** Returns a table of all differences, with those of distinguished pairs in bold. */
function matrix({ entrants, pairs, facts: { measure } }: Comparison, places: readonly number[]): Html {
  const known = new Map(pairs.map((pair) => [`${pair.a} ${pair.b}`, pair]));
  const cell = (a: number, b: number): Html | string => {
    const pair = known.get(`${a} ${b}`);
    if (!pair) return "";
    const text = differenceText(measure, pair.difference.mean);
    return pair.isDifferent ? html`<b>${text}</b>` : text;
  };
  const columns: Column<number>[] = [
    { heading: "Minus", cell: (place) => numbered(place + 1, at(entrants, place).name) },
    ...places.slice(1).map((b) => ({ heading: String(b + 1), cell: (a: number) => cell(a, b), numeric: true })),
  ];
  return table(places.slice(0, -1), columns, {
    caption: `Row minus column, ${MEASURE_NAMES[measure]}${measure === "accuracy" ? " in percentage points" : ""}${pairs.some(({ isDifferent }) => isDifferent) ? ". Bold: the entrants differ" : ""}`,
    named: true,
  });
}

function columnsOf({ entrants, facts: { measure } }: Comparison): Column<Pair>[] {
  const name = (place: number): Html => numbered(place + 1, at(entrants, place).name);
  return [
    { heading: "Entrants", cell: ({ a, b }) => html`${name(a)} − ${name(b)}` },
    { heading: "Difference", cell: ({ difference }) => differenceText(measure, difference.mean), numeric: true },
    {
      heading: "95 % interval",
      cell: ({ difference: { interval } }) =>
        interval === null ? "–" : interval.map((end) => differenceText(measure, end)).join(" to "),
      numeric: true,
    },
    {
      heading: "p",
      cell: ({ p }) => (p === null ? "–" : p < 1e-4 ? "< 0.0001" : number(p, 2)),
      numeric: true,
    },
    { heading: "Told apart", cell: ({ isDifferent, p }) => (p === null ? "–" : isDifferent ? "yes" : "no") },
  ];
}
