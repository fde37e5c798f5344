import { type FinderResult, type RunEvent, rangeTestMethod, rateText } from "@downhill/train";
import type { Field } from "../output/fit.ts";
import { loss, short } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { type PlotOptions, plot, pointer } from "../output/plot.ts";
import { definitions } from "../output/table.ts";
import { wrap } from "../output/wrap.ts";

type Finding = Extract<RunEvent, { kind: "finding" }>;

/** What the line that is redrawn says of a range test. */
export const findingFields = ({ optimizer, seed, seeds, step, steps, lr, smoothed }: Finding): Field[] => [
  { text: `range test of ${optimizer}`, drop: 0 },
  ...(seeds > 1 ? [{ text: `seed ${seed + 1}/${seeds}`, drop: 2 }] : []),
  { text: `step ${step + 1}/${steps}`, drop: 1 },
  { text: `lr ${short(lr, 2)}`, drop: 3 },
  { text: `loss ${loss(smoothed)}`, drop: 4 },
];

/** What begins. */
export const findingLine = ({ optimizer, seeds, steps }: Finding): string =>
  `range test of ${optimizer}: ${steps} steps${seeds > 1 ? ` of ${seeds} seeds` : ""}`;

/** What was found, in one sentence. */
export const foundLine = ({ chosen, refusal, optimizer }: FinderResult, instead?: number): string =>
  chosen
    ? `Learning rate ${rateText(chosen.lr)} for ${optimizer}: ${chosen.why}`
    : `No learning rate is found for ${optimizer}: ${refusal}${instead === undefined ? "" : `. The default, ${short(instead)}, is taken`}`;

/** A range test for people: the rate, its reason, the curve, all suggestions, and how it was done. */
export function describeSearch(result: FinderResult, { results }: Output): string {
  const columns = Math.min(100, results.columns());
  const [headline, ...reason] = foundLine(result).split(": ") as [string, ...string[]];
  const list = suggestionList(result, results);
  const drawn = curve(result, { columns, unicode: results.unicode });
  return [
    `${results.style("bold", headline)}\n${wrap(reason.join(": "), columns)}`,
    ...(drawn === null ? [] : [drawn]),
    ...(list === null ? [] : [list]),
    wrap(rangeTestMethod(result).join(" "), columns),
  ].join("\n\n");
}

/** Of the fall of the loss, how much of its rise at the end is drawn. */
const RISE = 0.3;

/** The trend of the loss against the rate, with a sign at the rate that is chosen; null where there are too few losses. */
function curve(
  { curve: { lr, smoothed, trend = smoothed, lowest }, chosen, spacing }: FinderResult,
  { columns, unicode }: Pick<PlotOptions, "columns" | "unicode">,
): string | null {
  const [first, last] = [lr[0], lr.at(-1)];
  if (first === undefined || last === undefined || lr.length < 2) return null;
  const start = trend[0] as number;
  const ceiling = start + RISE * (start - Math.min(...trend));
  const isLog = spacing === "exponential";
  const placeOf = (rate: number): number =>
    isLog ? Math.log(rate / first) / Math.log(last / first) : (rate - first) / (last - first);
  // A rate that is drawn shows the least of those since the one before, so that the lowest loss is always drawn.
  const places = lr.map(placeOf);
  let drawn = 0;
  const lossAt = (position: number): number => {
    const from = drawn;
    while (drawn < lr.length - 1 && (places[drawn] as number) < position - 1e-9) drawn++;
    return Math.min(ceiling, ...trend.slice(Math.min(from + 1, drawn), drawn + 1));
  };
  const options: PlotOptions = { columns, unicode, from: `lr ${rateText(first)}`, to: rateText(last) };
  const sign = chosen && chosen.lr >= first && chosen.lr <= last;
  return [
    lowest ? `trend of the loss, lowest at ${loss(lowest.loss)} for lr ${rateText(lowest.lr)}` : "loss, smoothed",
    plot(lossAt, options),
    ...(sign ? [pointer(placeOf(chosen.lr), `chosen ${rateText(chosen.lr)}`, options)] : []),
  ].join("\n");
}

/** All suggestions with their reasons; null where there is none. */
function suggestionList({ suggestions, choose, known }: FinderResult, results: Output["results"]): string | null {
  const all = Object.entries(suggestions);
  if (all.every(([, one]) => one === null)) return null;
  const rates = all.map(([, one]) => (one ? rateText(one.lr) : "none"));
  const [wide, wideRate] = [all.map(([name]) => name), rates].map((texts) =>
    Math.max(...texts.map((text) => text.length)),
  ) as [number, number];
  return definitions(
    results,
    all.map(([name, one], i) => [
      `${name.padEnd(wide)}  ${(rates[i] as string).padStart(wideRate)}`,
      // The reason of the chosen one stands above.
      name === choose && one && !known?.confirmed ? "chosen" : (one?.why ?? "its rule finds no place on this curve"),
    ]),
  );
}
