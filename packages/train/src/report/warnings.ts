import { differenceInterval } from "../evaluation/interval.ts";
import { confusedPairs } from "../plots/confused-pairs.ts";
import { count, counted, number, percent } from "../plots/numbers.ts";
import { countOf } from "../plots/statistics.ts";
import { spoken } from "../plots/text.ts";
import { tableOf } from "../plots/training-data.ts";
import { viewsOf } from "../run-folder/result.ts";
import { reportedEvaluation } from "./evaluation.ts";
import type { ReportRun } from "./report-data.ts";
import { listed } from "./words.ts";

/** Something that a reader of the figures should know. */
export interface Warning {
  readonly title: string;
  readonly text: string;
}

/** Of accuracy: less is noise, and the price of any training. */
const OVERFITTING = 0.05;
/** The last evaluation's loss over the lowest one. */
const LOSS_RISE = 1.1;
/** The last evaluation's loss over the one before: below, more epochs are worth their time. */
const LOSS_FALL = 0.9;
/** Half of the 95 % interval. */
const UNCERTAIN = 0.02;
const MISCALIBRATED = 0.05;
const WAITING = 0.03;
/** Classes that are named; of more the number is said. */
const NAMED = 5;

/** All that applies, the most important first. */
export const warnings = (run: ReportRun): Warning[] => CHECKS.flatMap((check) => check(run) ?? []);

type Check = (run: ReportRun) => Warning | readonly Warning[] | undefined;

const CHECKS: readonly Check[] = [
  function unfinished({ status, folder, facts, steps }) {
    const taken = `${count(steps.length)} of ${count(facts.totalSteps)} steps are taken.`;
    if (status === "running") return { title: "The run is still going", text: `${taken} Figures are those until now.` };
    if (status === "unfinished" || status === "stopped") {
      return {
        title: "The run was stopped before its end",
        text: `${taken} Go on with: downhill train --resume ${folder}`,
      };
    }
    return undefined;
  },

  function failed({ result }) {
    return result?.status === "failed"
      ? { title: "The run failed", text: sentence(result.reason ?? "The reason is not known") }
      : undefined;
  },

  function endedEarly({ facts, result }) {
    if (result?.status !== "finished" || result.reason === null) return undefined;
    const epochs = `after ${counted(result.epochs, "epoch")} of ${count(facts.config.epochs)}`;
    return { title: `Training ended early, ${epochs}`, text: sentence(result.reason) };
  },

  function augmentedAccuracy({ facts, result }) {
    const views = result?.accuracy ? viewsOf(result, facts.config.testTimeAugmentation) : "none";
    return views === "none"
      ? undefined
      : {
          title: "Measured with test-time augmentation",
          text: `The accuracy averages several views of each image (${views}). The exported model evaluates each image once, so expect another accuracy from it: downhill evaluate measures that.`,
        };
  },

  function unreached({ facts }) {
    return facts.findings?.map(({ text }) => ({ title: "A setting does not fit the length of the run", text }));
  },

  function noImages(run) {
    return run.result?.status === "finished" && reportedEvaluation(run) === null
      ? {
          title: "No images were held out",
          text: "How good the model is on new images is not known. Hold some out with --validation-share 0.2.",
        }
      : undefined;
  },

  function selected(run) {
    if (reportedEvaluation(run)?.part !== "validation") return undefined;
    const { earlyStopping } = run.facts.config;
    return {
      title: "Judged by validation images",
      text:
        earlyStopping === null
          ? "Once settings are chosen by these figures, expect a little less on new images; a test part that no choice has seen would tell."
          : "The same images chose when to stop and which weights to keep, so expect a little less on new images; a test part that no choice has seen would tell.",
    };
  },

  function fit({ epochs, facts }) {
    const last = epochs.at(-1);
    const evaluations = epochs.flatMap(({ epoch, evaluation }) =>
      evaluation && Number.isFinite(evaluation.loss) ? [{ epoch, loss: evaluation.loss }] : [],
    );
    const end = evaluations.at(-1);
    if (!last?.evaluation || !end || end.epoch !== last.epoch) return undefined;
    const { part, accuracy } = last.evaluation;
    const lowest = evaluations.reduce((a, b) => (b.loss < a.loss ? b : a));
    const remedy = `${facts.config.augment.length === 0 ? "augmentation (--augment crop,flip), " : ""}more weight decay, label smoothing or fewer epochs may help.`;
    const gap = last.train.accuracy - accuracy;
    const [leastGap] = differenceInterval(
      { share: last.train.accuracy, count: facts.data.counts.train },
      { share: accuracy, count: facts.data.counts[part] },
    );
    if (gap > OVERFITTING && leastGap > 0 && lowest !== end) {
      return {
        title: "The model overfits",
        text: `In the last epoch ${percent(last.train.accuracy)} of the training images were right, but ${percent(accuracy)} of the ${part} images, and the ${part} loss was lowest after epoch ${lowest.epoch + 1}: ${remedy}`,
      };
    }
    if (end.loss > LOSS_RISE * lowest.loss) {
      return {
        title: `The ${part} loss rises again`,
        text: `It was lowest, ${number(lowest.loss, 3)}, after epoch ${lowest.epoch + 1}, and is ${number(end.loss, 3)} at the end: ${remedy}`,
      };
    }
    const before = evaluations.at(-2);
    if (lowest === end && before && end.loss < LOSS_FALL * before.loss) {
      return {
        title: `The ${part} loss still falls`,
        text: `It fell from ${number(before.loss, 3)} to ${number(end.loss, 3)} between the last two evaluations: more epochs may help (--epochs ${2 * facts.config.epochs}).`,
      };
    }
    return undefined;
  },

  function noSkill(run) {
    const evaluation = reportedEvaluation(run);
    const rows = run.result?.confusion?.map(total);
    if (!evaluation || !rows) return undefined;
    const largest = rows.indexOf(Math.max(...rows));
    const share = (rows[largest] as number) / evaluation.images;
    if (evaluation.interval[0] > share) return undefined;
    return {
      title: "No better than a guess",
      text: `Always answering ${spoken(run.facts.data.classNames[largest])} would be right on ${percent(share)} of the images. The learning rate may be far off: try a tenth of it and ten times as much.`,
    };
  },

  function lostClasses({ facts, result }) {
    if (!result?.perClass) return undefined;
    const lost = result.perClass.flatMap((accuracy, k) => (accuracy === 0 ? [facts.data.classNames[k] as string] : []));
    if (lost.length === 0) return undefined;
    const names = lost.length > NAMED ? `${count(lost.length)} classes` : listed(lost.map(spoken));
    return {
      title: `Never recognised: ${names}`,
      text: "Not one image of it was put into the right class: look at how many images it has, and whether they are labelled right.",
    };
  },

  function uncertain(run) {
    const evaluation = reportedEvaluation(run);
    if (!evaluation) return undefined;
    const half = (evaluation.interval[1] - evaluation.interval[0]) / 2;
    return half > UNCERTAIN
      ? {
          title: `Few ${evaluation.part} images`,
          text: `With ${count(evaluation.images)} of them the accuracy is known to about ±${(100 * half).toFixed(1)} points; smaller differences between runs mean little.`,
        }
      : undefined;
  },

  function miscalibrated({ result }) {
    const { calibration, calibrationError } = result ?? {};
    if (!calibration || !calibrationError || calibrationError <= MISCALIBRATED) return undefined;
    const surplus = calibration.reduce((sum, bin) => sum + bin.count * (bin.confidence - bin.accuracy), 0);
    return {
      title: surplus > 0 ? "The model is surer than it is right" : "The model is less sure than it is right",
      text: `Its probabilities are off by ${(100 * calibrationError).toFixed(1)} points on average: do not take them at their word.`,
    };
  },

  function mostlyOnePair({ facts, result }) {
    if (!result?.confusion) return undefined;
    const pairs = confusedPairs({ confusion: result.confusion });
    const wrong = pairs.reduce((sum, pair) => sum + pair.images, 0);
    const [first] = pairs;
    if (!first || wrong < 20 || first.images < wrong / 3) return undefined;
    const [label, predicted] = [first.label, first.predicted].map((k) => spoken(facts.data.classNames[k]));
    return {
      title: "One mistake outweighs the others",
      text: `${percent(first.images / wrong, 0)} of all mistakes take ${label} for ${predicted}.`,
    };
  },

  function notFinite({ steps, epochs }) {
    const bad = countOf(tableOf(steps).column("loss"), (loss) => !Number.isFinite(loss));
    const badEvaluations = epochs.filter(({ evaluation }) => evaluation && !Number.isFinite(evaluation.loss)).length;
    if (bad + badEvaluations === 0) return undefined;
    const where = [
      ...(bad > 0 ? [counted(bad, "step")] : []),
      ...(badEvaluations > 0 ? [counted(badEvaluations, "evaluation")] : []),
    ];
    return {
      title: "The loss was not finite",
      text: `It was not finite in ${where.join(" and ")}: try a lower learning rate, a warm-up or clipped gradients.`,
    };
  },

  function waiting({ result }) {
    return result && result.waitingShare > WAITING
      ? {
          title: "Training waited for images",
          text: `In ${percent(result.waitingShare)} of the time the next batch was not ready: fewer augmentations or smaller images would make it faster.`,
        }
      : undefined;
  },

  function findings({ facts }) {
    return facts.data.findings.map((finding) => ({ title: "About the data", text: sentence(finding) }));
  },
];

const total = (row: readonly number[]): number => row.reduce((sum, n) => sum + n, 0);

const sentence = (text: string): string => {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
};
