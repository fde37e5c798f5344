import { differenceInterval } from "../../evaluation/interval.ts";
import { number, percent } from "../../plots/numbers.ts";
import type { Check } from "./warning.ts";

/** Smallest gap between training and evaluation accuracy that counts as overfitting. */
const OVERFITTING = 0.05;
/** Ratio of the last evaluation loss to the lowest one, above which the loss counts as rising. */
const LOSS_RISE = 1.1;
/** Ratio of the last evaluation loss to the one before, below which more epochs are worth their time. */
const LOSS_FALL = 0.9;

/** Warns that the model overfits, that its evaluation loss rises, or that the loss still falls at the end. */
export const fit: Check = ({ epochs, facts }) => {
  const last = epochs.at(-1);
  const evaluations = epochs.flatMap(({ epoch, evaluation }) =>
    evaluation && Number.isFinite(evaluation.loss) ? [{ epoch, loss: evaluation.loss }] : [],
  );
  const end = evaluations.at(-1);
  if (!last?.evaluation || !end || end.epoch !== last.epoch) return undefined;
  const { part, accuracy } = last.evaluation;
  const lowest = evaluations.reduce((a, b) => (b.loss < a.loss ? b : a));
  const remedy = `${facts.config.augment.length === 0 ? "Augmentation (such as crop and flip), more" : "More"} weight decay, label smoothing or fewer epochs may help.`;
  const gap = last.train.accuracy - accuracy;
  const [leastGap] = differenceInterval(
    { share: last.train.accuracy, count: facts.data.counts.train },
    { share: accuracy, count: facts.data.counts[part] },
  );
  if (gap > OVERFITTING && leastGap > 0 && lowest !== end) {
    return {
      title: "The model overfits",
      text: `In the last epoch the training accuracy was ${percent(last.train.accuracy)} and the ${part} accuracy ${percent(accuracy)}. The ${part} loss was lowest after epoch ${lowest.epoch + 1}. ${remedy}`,
    };
  }
  if (end.loss > LOSS_RISE * lowest.loss) {
    return {
      title: `The ${part} loss rises at the end`,
      text: `It was lowest after epoch ${lowest.epoch + 1}, at ${number(lowest.loss, 3)}, and ended at ${number(end.loss, 3)}. ${remedy}`,
    };
  }
  const before = evaluations.at(-2);
  if (lowest === end && before && end.loss < LOSS_FALL * before.loss) {
    return {
      title: `The ${part} loss is still falling`,
      text: `It fell from ${number(before.loss, 3)} to ${number(end.loss, 3)} between the last two evaluations. More epochs may help (for example, ${2 * facts.config.epochs}).`,
    };
  }
  return undefined;
};
