import { present } from "../present.ts";
import type { Problem } from "../problem.ts";
import { average } from "../statistics/mean.ts";
import { capitalize } from "../text/index.ts";
import type { AsGood } from "./choose.ts";
import type { SweepResult } from "./result.ts";
import type { Swept, SweptName } from "./values.ts";

/** Returns the name of a swept hyperparameter for prose. */
export const sweptLabel = (name: SweptName | Swept): string =>
  ({ weightDecay: "weight decay", momentum: "momentum", beta1: "beta1", batchSize: "batch size" })[name];

/** Formats a value: 0, 0.95, 3e-5, 1024. */
export function valueText(value: number): string {
  const rounded = Number(value.toPrecision(6));
  return rounded === 0 || rounded >= 1e-3 ? String(rounded) : rounded.toExponential();
}

/** Formats a loss: 0.312, 12.3. */
const lossText = (loss: number): string => loss.toFixed(loss < 10 ? 3 : 1);

const LARGEST: Readonly<Record<SweptName, string>> = {
  weightDecay: "the most regularization",
  momentum: "the longest memory",
  beta1: "the longest memory",
  batchSize: "the fewest steps",
};

/** Explains the chosen value. */
export function whyChosen(name: SweptName, { best, from, to }: AsGood, values: readonly number[]): string {
  const [loss, least] = [to, best].map(({ losses }) => lossText(average(losses))) as [string, string];
  const range = `all values from ${valueText(from.value)} to ${valueText(to.value)} are as good, within the noise`;
  const most = `${range}, and the largest gives ${LARGEST[name]}`;
  const reasons = present([
    to !== best
      ? `final loss ${loss}; the lowest is ${least}, with ${valueText(best.value)}; ${most}`
      : `final loss ${loss}, the lowest${from === to ? " by more than the noise" : `; ${most}`}`,
    to.value === values.at(-1) ? "it is the largest value tried, and larger ones may be as good" : null,
  ]);
  return reasons.join("; ");
}

/** Explains why there is no chosen value, with remedies. */
export const refusalOf = ({ lr, before, diverged }: { lr: number; before: number; diverged: boolean }): Problem =>
  diverged
    ? { problem: `every value diverged at learning rate ${valueText(lr)}`, remedies: [{ lower: "lr" }] }
    : {
        problem: `at learning rate ${valueText(lr)}, no value lowers the loss below that of the untrained network, ${lossText(before)}, by more than the noise`,
        remedies: [{ set: "lr" }, { act: "use more steps" }],
      };

/** Explains why a stopped sweep has no chosen value. */
export const STOPPED: Problem = {
  problem: "the sweep was stopped before its last training",
  remedies: [{ act: "repeat it for a value" }],
};

/** Describes the result of a sweep in sentences, as an alternative to its plot. */
export function sweepInWords(result: SweepResult): string {
  const { chosen, refusal, hyperparameter, optimizer } = result;
  const what = sweptLabel(hyperparameter);
  const verdict = chosen
    ? `${capitalize(what)} ${valueText(chosen.value)} for ${optimizer}: ${chosen.why}.`
    : `No ${what} chosen for ${optimizer}: ${refusal}.`;
  return [verdict, ...sweepMethod(result)].join(" ");
}

/** Describes the method of a sweep: the common settings, the evaluation and the limits of its result. */
export function sweepMethod(result: SweepResult): string[] {
  const { hyperparameter, curve, lr, steps, images, seeds, probe, part } = result;
  const { value, loss, updates } = curve;
  const diverged = value.filter((_, i) => loss[i] === null).map(valueText);
  const shuffles = seeds > 1 ? `, with ${seeds} different shuffles` : "";
  const measure = `evaluated by the ${seeds > 1 ? "mean " : ""}loss on the same ${probe} ${part} images`;
  const [most, fewest] = [updates[0], updates.at(-1)];
  const length = hyperparameter === "batchSize" ? "" : ` (${steps} steps with batch size ${images / steps})`;
  return present([
    `Each value was trained from the same start on about ${images} images${length}, at learning rate ${valueText(lr)}${shuffles}, and ${measure}.`,
    hyperparameter === "batchSize" && value.length > 0
      ? `The number of steps thus ranges from ${most} at batch size ${valueText(value[0] as number)} to ${fewest} at ${valueText(value.at(-1) as number)}, with the same learning rate. Larger batches often tolerate a higher one.`
      : null,
    diverged.length > 0 ? `Diverged: ${diverged.join(", ")}.` : null,
    hyperparameter === "weightDecay"
      ? "The sweep shows how much weight decay the first steps tolerate, not its effect on the final accuracy."
      : null,
  ]);
}
