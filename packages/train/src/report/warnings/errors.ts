import { confusedPairs } from "../../plots/confused-pairs.ts";
import { count, percent } from "../../plots/numbers.ts";
import { spoken } from "../../plots/text.ts";
import { reportedEvaluation } from "../evaluation.ts";
import { listed } from "../words.ts";
import type { Check } from "./warning.ts";

/** Calibration error from which the probabilities count as wrong. */
const MISCALIBRATED = 0.05;
/** Maximum number of classes listed by name. */
const NAMED = 5;
/** Fewest mistakes, and smallest share of them, for one pair of classes to dominate. */
const [DOMINANT_MISTAKES, DOMINANT_SHARE] = [20, 1 / 3];

/** Warns that the model is no better than a constant prediction. */
export const noSkill: Check = (run) => {
  const evaluation = reportedEvaluation(run);
  const rows = run.result?.confusion?.map((row) => row.reduce((sum, n) => sum + n, 0));
  if (!evaluation || !rows) return undefined;
  const most = Math.max(...rows);
  const share = most / evaluation.images;
  if (evaluation.interval[0] > share) return undefined;
  const largest = spoken(run.facts.data.classNames[rows.indexOf(most)]);
  return {
    title: "No better than a constant prediction",
    text: `Always predicting ${largest} would be right for ${percent(share)} of the images. The learning rate may be far off: try a tenth and ten times the current one.`,
  };
};

/** Warns of classes without a single correct prediction. */
export const lostClasses: Check = ({ facts, result }) => {
  const names = facts.data.classNames.filter((_, k) => result?.perClass?.[k] === 0);
  if (names.length === 0) return undefined;
  const list = names.length > NAMED ? `${count(names.length)} classes` : listed(names.map(spoken));
  return {
    title: `No correct prediction for ${list}`,
    text: "Check how many training images there are and whether their labels are right.",
  };
};

/** Warns that the probabilities of the model do not match its accuracy. */
export const miscalibrated: Check = ({ result }) => {
  const { calibration, calibrationError } = result ?? {};
  if (!calibration || !calibrationError || calibrationError <= MISCALIBRATED) return undefined;
  const surplus = calibration.reduce((sum, bin) => sum + bin.count * (bin.confidence - bin.accuracy), 0);
  return {
    title: surplus > 0 ? "The model is overconfident" : "The model is underconfident",
    text: `Its probabilities are off by ${(100 * calibrationError).toFixed(1)} points on average. Do not rely on them as probabilities.`,
  };
};

/** Warns that one pair of classes causes most of the mistakes. */
export const mostlyOnePair: Check = ({ facts, result }) => {
  if (!result?.confusion) return undefined;
  const pairs = confusedPairs({ confusion: result.confusion });
  const wrong = pairs.reduce((sum, pair) => sum + pair.images, 0);
  const [first] = pairs;
  if (!first || wrong < DOMINANT_MISTAKES || first.images < DOMINANT_SHARE * wrong) return undefined;
  const [label, predicted] = [first.label, first.predicted].map((k) => spoken(facts.data.classNames[k]));
  return {
    title: "One confusion dominates",
    text: `In ${percent(first.images / wrong, 0)} of all mistakes, ${label} is predicted as ${predicted}.`,
  };
};
