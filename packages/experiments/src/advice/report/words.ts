import { percent } from "@downhill/train/plots";
import { listed } from "@downhill/train/report";
import { duration } from "@downhill/train/text";
import { differenceText } from "../../report/words.ts";
import type { Advice, Answer } from "../advice.ts";
import { isFull } from "../budget.ts";
import type { Length } from "../lengths.ts";
import { TITLES } from "../questions.ts";

/** Formats an interval of a difference of accuracies, in percentage points. */
export const pointsInterval = ([low, high]: readonly [number, number]): string =>
  `${differenceText("accuracy", low)} to ${differenceText("accuracy", high)}`;

/** Formats a difference of accuracies, in percentage points. */
export const points = (value: number): string => differenceText("accuracy", value);

/** Returns the result of an advice in one or two sentences. */
export function verdictOf(advice: Advice): string {
  const { validation, chosen, baseline, isFinished } = advice;
  if (!isFinished) return "The advice is not finished.";
  if (baseline === null || baseline.scores.includes(null)) {
    return `The defaults have no result${baseline?.problem ? `: ${baseline.problem}` : ""}. There is nothing to compare with.`;
  }
  if (validation?.isBetter) {
    const { mean, interval } = validation.difference;
    return `${chosen?.name} beats the defaults by ${points(mean).slice(1)} percentage points of accuracy (95 % interval ${pointsInterval(interval as [number, number])}, ${validation.seeds.length} seeds).`;
  }
  const lost = "The defaults cannot be beaten within this budget.";
  if (validation !== null) {
    const { mean, interval } = validation.difference;
    return `${lost} The most promising settings, ${chosen?.name}, differ by ${points(mean)} percentage points (95 % interval ${pointsInterval(interval as [number, number])}, ${validation.seeds.length} seeds).`;
  }
  if (chosen === null) return `${lost} No change that was tried is promising.`;
  return `${lost} The time did not suffice to validate ${chosen.name}.`;
}

/** Describes the lengths of the trainings; null before they are known. */
export function lengthsText({ lengths, facts }: Advice): string | null {
  if (lengths === null) return null;
  const { question, validation } = lengths;
  const text = ({ epochs, images }: Length): string =>
    `${epochs} ${epochs === 1 ? "epoch" : "epochs"} of ${images.toLocaleString("en-US")} images`;
  const full = `${facts.defaults.epochs} epochs of ${facts.data.trainImages.toLocaleString("en-US")} images`;
  const shortened = isFull(facts, validation)
    ? "as long as your training"
    : `shorter than your training of ${full}, because of the time limit`;
  return `The questions are answered by trainings of ${text(question)}. The validation trains for ${text(validation)}, ${shortened}.`;
}

/** Returns the answer to a question in a sentence. */
export function answerText(answer: Answer): string {
  if (answer.kind === "not asked") return answer.reason;
  const { candidates, kept, current } = answer;
  if (kept !== null) {
    const { difference } = candidates.find(({ name }) => name === kept) as (typeof candidates)[number];
    return `Changed to ${kept}: ${points(difference?.mean ?? 0)} points (${pointsInterval(difference?.interval ?? [0, 0])}).`;
  }
  if (candidates.length === 0) return `The search led to the settings in force, ${current}.`;
  const measured = candidates.flatMap(({ name, difference }) => (difference ? [{ name, difference }] : []));
  const [best] = measured.sort((a, b) => b.difference.mean - a.difference.mean);
  if (!best)
    return `Kept ${current}: ${candidates.length === 1 ? "the candidate has" : "the candidates have"} no result.`;
  const { mean, interval } = best.difference;
  const which = candidates.length === 1 ? best.name : `${best.name}, the best of ${candidates.length} candidates,`;
  return `Kept ${current}: ${which} differs by ${points(mean)} points (${pointsInterval(interval)}).`;
}

/** Subjects that an advice never tries. */
const NEVER_TRIED = [
  "other models and model options",
  "augmentation and label smoothing",
  "more or fewer epochs",
  "more images",
];

/** Names what an advice never tries. */
export const outOfScope = `Outside its scope: ${listed(NEVER_TRIED)}.`;

/** Returns what was not tried, with reasons. */
export const notTried = ({ answers }: Advice): string[] => [
  ...answers.flatMap((answer) =>
    answer.kind === "not asked" ? [`${TITLES[answer.question]}: ${lowered(answer.reason)}`] : [],
  ),
  outOfScope,
];

const lowered = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Describes the gradient noise scale; null if it was not measured. */
export function noiseText({ noise, facts: { defaults } }: Advice): string | null {
  if (noise === null) return null;
  const size = (value: number | null): string => (value === null ? "infinity" : String(Math.round(value)));
  const [low, high] = noise.interval;
  return `Gradient noise scale: ${size(noise.noiseScale)} images (95 % interval ${size(low)} to ${size(high)}), at a batch size of ${defaults.batchSize}.`;
}

/** Formats an expected or a measured accuracy. */
export const accuracyText = (value: number): string => percent(value, 2);

/** Describes the time that an advice took. */
export const timeText = ({ spent, facts: { budget } }: Advice): string =>
  `${duration(spent)} of ${duration(budget)} used`;
