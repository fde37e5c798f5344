import { capitalize } from "../text/index.ts";
import { type AsGood, meanOf } from "./choose.ts";
import type { SweepResult } from "./result.ts";
import type { Swept, SweptName } from "./values.ts";

/** What is swept, as people say it; beta1 is a name. */
export const sweptLabel = (name: SweptName | Swept): string =>
  ({ weightDecay: "weight decay", momentum: "momentum", beta1: "beta1", batchSize: "batch size" })[name];

/** A value as people write it: 0, 0.95, 3e-5, 1024. */
export function valueText(value: number): string {
  const rounded = Number(value.toPrecision(6));
  return rounded === 0 || rounded >= 1e-3 ? String(rounded) : rounded.toExponential();
}

/** A loss, as the command line has it: 0.312, 12.3. */
const lossText = (loss: number): string => loss.toFixed(loss < 10 ? 3 : 1);

const LARGEST: Readonly<Record<SweptName, string>> = {
  weightDecay: "the most regularization",
  momentum: "the longest memory",
  beta1: "the longest memory",
  batchSize: "the fewest updates",
};

/** Why a value is chosen. */
export function whyChosen(name: SweptName, { best, from, to }: AsGood, values: readonly number[]): string {
  const [loss, least] = [to, best].map(({ losses }) => lossText(meanOf(losses))) as [string, string];
  const range = `from ${valueText(from.value)} to ${valueText(to.value)} all are as good, within the noise`;
  const most = `${range}, and the largest is ${LARGEST[name]}`;
  const reasons = [
    to !== best
      ? `the loss ends at ${loss}, and at ${least} with the best, ${valueText(best.value)}; ${most}`
      : `the loss ends at ${loss}, the least${from === to ? " by more than the noise" : `; ${most}`}`,
    ...(to.value === values.at(-1) ? ["it is the largest that was tried, and larger ones may be as good"] : []),
  ];
  return reasons.join("; ");
}

/** Why none is. */
export const whyRefused = ({ lr, before, diverged }: { lr: number; before: number; diverged: boolean }): string =>
  diverged
    ? `every value diverged at lr = ${valueText(lr)}: lower it with --lr`
    : `with no value the loss falls below the untrained network's, ${lossText(before)}, by more than its noise, at lr = ${valueText(lr)}: try another with --lr, or more --steps`;

/** What a sweep came to, in sentences: for those who do not see its plot. */
export function sweepInWords(result: SweepResult): string {
  const { chosen, refusal, hyperparameter, optimizer } = result;
  const what = sweptLabel(hyperparameter);
  const verdict = chosen
    ? `${capitalize(what)} ${valueText(chosen.value)} for ${optimizer}: ${chosen.why}.`
    : `No ${what} is chosen for ${optimizer}: ${refusal}.`;
  return [verdict, ...sweepMethod(result)].join(" ");
}

/** How the sweep was done: what was the same for all values, how they were judged, and what it does not show. */
export function sweepMethod(result: SweepResult): string[] {
  const { hyperparameter, curve, lr, steps, images, seeds, probe, part } = result;
  const { value, loss, updates } = curve;
  const diverged = value.filter((_, i) => loss[i] === null).map(valueText);
  const orders = seeds > 1 ? `, ${seeds} times with the images in other orders` : "";
  const measure = `judged by the loss on the same ${probe} ${part} images${seeds > 1 ? ": their mean" : ""}`;
  const [most, fewest] = [updates[0], updates.at(-1)];
  const length = hyperparameter === "batchSize" ? "" : `, ${steps} updates of ${images / steps}`;
  return [
    `Each value was trained from the same start on about ${images} images${length}, at a learning rate of ${valueText(lr)}${orders}, and ${measure}.`,
    ...(hyperparameter === "batchSize" && value.length > 0
      ? [
          `So the number of updates differs, from ${most} at ${valueText(value[0] as number)} to ${fewest} at ${valueText(value.at(-1) as number)}, and the learning rate does not: larger batches often bear a larger one.`,
        ]
      : []),
    ...(diverged.length > 0 ? [`Diverged: ${diverged.join(", ")}.`] : []),
    ...(hyperparameter === "weightDecay"
      ? ["It shows how much the first steps bear, and not what it does for the accuracy at the end."]
      : []),
  ];
}
