import { type FinderResult, type RunEvent, rangeTestMethod, rateText } from "@downhill/train";
import { present } from "@downhill/train/text";
import type { Field } from "../output/fit.ts";
import { loss, short } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { type PlotOptions, plot, pointer } from "../output/plot.ts";
import { joinSections } from "../output/sections.ts";
import { definitions } from "../output/table.ts";
import { wrap } from "../output/wrap.ts";

type Finding = Extract<RunEvent, { kind: "finding" }>;

/** Returns the fields of the status line during a range test. */
export const findingFields = ({ optimizer, seed, seeds, step, steps, lr, smoothed }: Finding): Field[] =>
  present([
    { text: `range test of ${optimizer}`, drop: 0 },
    seeds > 1 ? { text: `seed ${seed + 1}/${seeds}`, drop: 2 } : null,
    { text: `step ${step + 1}/${steps}`, drop: 1 },
    { text: `lr ${short(lr, 2)}`, drop: 3 },
    { text: `loss ${loss(smoothed)}`, drop: 4 },
  ]);

/** Returns the line that announces a range test. */
export const findingLine = ({ optimizer, seeds, steps }: Finding): string =>
  `range test of ${optimizer}: ${steps} steps${seeds > 1 ? ` of ${seeds} seeds` : ""}`;

/** Returns the result of a range test as a headline and its reason. */
const headline = ({ chosen, refusal, optimizer }: FinderResult): readonly [headline: string, reason: string] =>
  chosen
    ? [`Learning rate ${rateText(chosen.lr)} for ${optimizer}`, chosen.why]
    : [`No learning rate found for ${optimizer}`, refusal ?? ""];

/**
 * Returns the result of a range test in one line.
 * @param fallback rate that the run uses if the test found none
 */
export function foundLine(result: FinderResult, fallback: number): string {
  const line = headline(result).join(": ");
  return result.chosen ? line : `${line.replace(/\.$/, "")}. The run uses the default, ${short(fallback)}.`;
}

/** Describes a range test: the rate and its reason, the curve, all suggestions, and the method. */
export function describeSearch(result: FinderResult, { results }: Output): string {
  const columns = Math.min(100, results.columns());
  const [first, reason] = headline(result);
  return joinSections([
    `${results.style("bold", first)}\n${wrap(reason, columns)}`,
    curve(result, { columns, unicode: results.unicode }),
    suggestionList(result, results),
    wrap(rangeTestMethod(result).join(" "), columns),
  ]);
}

/** Height up to which the final rise of the loss is drawn, as a share of its fall. */
const RISE = 0.3;

/** Draws the trend of the loss against the rate, with a pointer at the chosen rate; null for fewer than two losses. */
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
  // Each column shows the lowest loss since the column before, so that the minimum is always drawn.
  const places = lr.map(placeOf);
  let drawn = 0;
  const lossAt = (position: number): number => {
    const from = drawn;
    while (drawn < lr.length - 1 && (places[drawn] as number) < position - 1e-9) drawn++;
    return Math.min(ceiling, ...trend.slice(Math.min(from + 1, drawn), drawn + 1));
  };
  const options: PlotOptions = { columns, unicode, from: `lr ${rateText(first)}`, to: rateText(last) };
  const hasPointer = chosen && chosen.lr >= first && chosen.lr <= last;
  return [
    lowest ? `smoothed loss, minimum ${loss(lowest.loss)} at lr ${rateText(lowest.lr)}` : "smoothed loss",
    plot(lossAt, options),
    ...(hasPointer ? [pointer(placeOf(chosen.lr), `chosen ${rateText(chosen.lr)}`, options)] : []),
  ].join("\n");
}

/** Lists all suggestions with their reasons; null if there is none. */
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
      // The reason of the chosen suggestion is printed above.
      name === choose && one && !known?.confirmed ? "chosen" : (one?.why ?? "finds no rate on this curve"),
    ]),
  );
}
