import { counted, percent } from "../../plots/numbers.ts";
import { countOf } from "../../plots/statistics.ts";
import { tableOf } from "../../plots/training-data.ts";
import { present } from "../../present.ts";
import { sentence } from "../../text/index.ts";
import type { Check } from "./warning.ts";

/** Share of the training time spent waiting for images from which it is reported. */
const WAITING = 0.03;

/** Reports settings that cannot take effect in a run of this length. */
export const settingFindings: Check = ({ facts }) =>
  facts.findings?.map(({ text }) => ({ title: "A setting does not fit the length of the run", text: sentence(text) }));

/** Warns of steps and evaluations with a loss that is not finite. */
export const notFinite: Check = ({ steps, epochs }) => {
  const badSteps = countOf(tableOf(steps).column("loss"), (loss) => !Number.isFinite(loss));
  const badEvaluations = epochs.filter(({ evaluation }) => evaluation && !Number.isFinite(evaluation.loss)).length;
  if (badSteps + badEvaluations === 0) return undefined;
  const where = present([
    badSteps > 0 ? counted(badSteps, "step") : null,
    badEvaluations > 0 ? counted(badEvaluations, "evaluation") : null,
  ]);
  return {
    title: "The loss was not finite",
    text: `This happened in ${where.join(" and ")}. Try a lower learning rate, a warm-up or gradient clipping.`,
  };
};

/** Warns that the processor waited for images. */
export const waiting: Check = ({ result }) =>
  result && result.waitingShare > WAITING
    ? {
        title: "Training waited for images",
        text: `For ${percent(result.waitingShare)} of the time the next batch was not ready. Fewer augmentations or smaller images make training faster.`,
      }
    : undefined;

/** Repeats the findings of the data check. */
export const dataFindings: Check = ({ facts }) =>
  facts.data.findings.map((finding) => ({ title: "About the data", text: sentence(finding) }));
