import { count } from "../../plots/numbers.ts";
import { viewsOf } from "../../run-folder/result.ts";
import { reportedEvaluation } from "../evaluation.ts";
import type { Check } from "./warning.ts";

/** Half width of the 95 % interval from which the accuracy counts as uncertain. */
const UNCERTAIN = 0.02;

/** Warns that the reported accuracy includes test-time augmentation, unlike that of the exported model. */
export const augmentedAccuracy: Check = ({ facts, result }) => {
  const views = result?.accuracy ? viewsOf(result, facts.config.testTimeAugmentation) : "none";
  return views === "none"
    ? undefined
    : {
        title: "Measured with test-time augmentation",
        text: `The accuracy averages the predictions for several views of each image (${views}). The exported model evaluates each image once, so its accuracy differs. Evaluate the run to measure it.`,
      };
};

/** Warns that the accuracy on new images is unknown. */
export const noHeldOutImages: Check = (run) =>
  run.result?.status === "finished" && reportedEvaluation(run) === null
    ? {
        title: "No images were held out",
        text: "The accuracy on new images is unknown. To measure it, hold out a share of the images (for example, validationShare 0.2).",
      }
    : undefined;

/** Warns that the accuracy is slightly optimistic, because it is measured on validation images. */
export const validationOnly: Check = (run) => {
  if (reportedEvaluation(run)?.part !== "validation") return undefined;
  const remedy = "expect slightly lower accuracy on new ones; keep a separate test set to measure it.";
  return {
    title: "Evaluated on validation images",
    text:
      run.facts.config.earlyStopping === null
        ? `If you tune on these images, ${remedy}`
        : `These images also decided when to stop and which weights to keep, so ${remedy}`,
  };
};

/** Warns that few images were evaluated. */
export const uncertain: Check = (run) => {
  const evaluation = reportedEvaluation(run);
  if (!evaluation) return undefined;
  const { images, interval, part } = evaluation;
  const half = (interval[1] - interval[0]) / 2;
  return half > UNCERTAIN
    ? {
        title: `Few ${part} images`,
        text: `With ${count(images)} images, the accuracy is uncertain by about ±${(100 * half).toFixed(1)} points. Smaller differences between runs are not significant.`,
      }
    : undefined;
};
