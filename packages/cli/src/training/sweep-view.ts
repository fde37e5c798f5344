import { type RunEvent, type SweepResult, sweepMethod, sweepPositions, sweptLabel, valueText } from "@downhill/train";
import { capitalize } from "@downhill/train/text";
import { inFlags } from "../config/remedies.ts";
import type { Field } from "../output/fit.ts";
import { loss as lossText, plural } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { type PlotOptions, plot, pointer } from "../output/plot.ts";
import { joinSections } from "../output/sections.ts";
import { table } from "../output/table.ts";
import { wrap } from "../output/wrap.ts";

type Sweeping = Extract<RunEvent, { kind: "sweeping" }>;

/** Returns the fields of the status line during a sweep. */
export const sweepingFields = ({ optimizer, hyperparameter, value, ...rest }: Sweeping): Field[] => [
  { text: `${sweptLabel(hyperparameter)} of ${optimizer}: ${valueText(value)}`, drop: 0 },
  { text: `training ${rest.training + 1}/${rest.trainings}`, drop: 1 },
  { text: `${Math.min(100, Math.round((100 * rest.seen) / rest.images))} %`, drop: 2 },
  { text: `loss ${lossText(rest.loss)}`, drop: 3 },
];

/** Returns the line that announces a sweep. */
export const sweepingLine = ({ optimizer, hyperparameter, trainings, images }: Sweeping): string =>
  `sweep of ${sweptLabel(hyperparameter)} for ${optimizer}: ${plural(trainings, "training")} on ${plural(images, "image")}`;

/** Describes a sweep: the chosen value and its reason, the curve, all values, and the method. */
export function describeSweep(result: SweepResult, { results }: Output): string {
  const columns = Math.min(100, results.columns());
  const { chosen, refusal, remedies, optimizer, hyperparameter } = result;
  const what = sweptLabel(hyperparameter);
  const [headline, reason] = chosen
    ? [`${capitalize(what)} ${valueText(chosen.value)} for ${optimizer}`, chosen.why]
    : [`No ${what} found for ${optimizer}`, refusal === null ? "" : inFlags({ problem: refusal, remedies })];
  return joinSections([
    `${results.style("bold", headline)}\n${wrap(reason, columns)}`,
    curve(result, { columns, unicode: results.unicode }),
    valueTable(result, results),
    wrap(sweepMethod(result).join(" "), columns),
  ]);
}

/** Draws the loss against the value, with a pointer at the chosen value; null for fewer than two finite losses. */
function curve(
  { curve: { value: values, loss: losses }, chosen, hyperparameter, before }: SweepResult,
  { columns, unicode }: Pick<PlotOptions, "columns" | "unicode">,
): string | null {
  const whole = values.flatMap((value, i) => {
    const loss = losses[i];
    return typeof loss === "number" ? [{ value, loss }] : [];
  });
  const [first, last] = [whole[0], whole.at(-1)];
  if (!first || !last || whole.length < 2) return null;
  const placeOf = sweepPositions(
    hyperparameter,
    whole.map(({ value }) => value),
  );
  const points = whole.map(({ value, loss }) => ({ at: placeOf(value), loss: Math.min(loss, before) }));
  const lossAt = (position: number): number => {
    const next = Math.max(
      1,
      points.findIndex(({ at }) => at >= position - 1e-9),
    );
    const [a, b] = [points[next - 1], points[next]] as [(typeof points)[number], (typeof points)[number]];
    return a.loss + ((b.loss - a.loss) * (position - a.at)) / (b.at - a.at);
  };
  const options: PlotOptions = { columns, unicode, from: valueText(first.value), to: valueText(last.value) };
  return [
    "final loss",
    plot(lossAt, options),
    ...(chosen ? [pointer(placeOf(chosen.value), `chosen ${valueText(chosen.value)}`, options)] : []),
  ].join("\n");
}

/** Lists all values with their losses and a verdict. */
function valueTable({ curve, chosen, hyperparameter }: SweepResult, results: Output["results"]): string {
  const text = (loss: number | null | undefined): string => (typeof loss === "number" ? lossText(loss) : "");
  const verdict = (value: number, loss: number | null): string => {
    if (loss === null) return "diverged";
    if (!chosen) return "";
    if (value === chosen.value) return "chosen";
    return value >= chosen.interval[0] && value <= chosen.interval[1] ? "as good" : "";
  };
  return table(
    results,
    [
      { title: sweptLabel(hyperparameter), align: "right" },
      { title: "loss", align: "right" },
      { title: "lowest", align: "right", drop: 2 },
      { title: "highest", align: "right", drop: 2 },
      { title: "updates", align: "right", drop: 3 },
      { title: "", drop: 1 },
    ],
    curve.value.map((value, i) => [
      valueText(value),
      text(curve.loss[i]),
      text(curve.low[i]),
      text(curve.high[i]),
      String(curve.updates[i]),
      verdict(value, curve.loss[i] ?? null),
    ]),
  );
}
