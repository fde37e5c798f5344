import { counted, number, percent } from "@downhill/train/plots";
import { visible } from "@downhill/train/text";
import type { Barrier, Landscape, Line, Sharpness } from "./landscape.ts";

/** Barrier of the error below which Frankle et al. call two networks linearly connected. */
const CONNECTED = 0.02;

const nameOf = ({ runs }: Landscape, run: number): string => visible(runs[run]?.name ?? "");

/** Formats a barrier: of the loss, and of the error in percentage points. */
export const barrierText = ({ loss, error }: Barrier): string =>
  Number.isFinite(loss)
    ? `${number(loss, 3)} in loss and ${number(100 * error, 3)} points in error`
    : "without a limit, since the loss is not finite";

/** Describes the barrier on a line. */
export function lineInWords(landscape: Landscape, line: Line): string {
  const { from, to, barriers } = line;
  const [part, barrier] = barriers.test
    ? [landscape.images.part ?? "test", barriers.test]
    : ["training", barriers.train];
  const isConnected = barrier.error < CONNECTED;
  const verdict = isConnected
    ? "Below 2 points, the two are linearly connected in the sense of Frankle et al."
    : "Two networks are called linearly connected below 2 points (Frankle et al.).";
  return `From ${nameOf(landscape, from)} to ${nameOf(landscape, to)}, the barrier on ${part} images is ${barrierText(barrier)}. ${verdict}`;
}

/** Describes the curvature at weights of a run, and how it compares with the limit of stability. */
export function sharpnessInWords(landscape: Landscape, point: Sharpness): string {
  const { run, step, largest, error, lr, threshold } = point;
  const where = `${nameOf(landscape, run)}, ${step === 0 ? "initial weights" : `after ${counted(step, "step")}`}`;
  if (!Number.isFinite(largest)) return `${where}: the curvature is not finite.`;
  const value = `largest curvature ${number(largest, 3)} (± ${number(error, 2)})`;
  const times = `times the rate ${number(lr, 3)}: ${number(largest * lr, 3)}`;
  if (threshold === null) return `${where}: ${value}, ${times}.`;
  return `${where}: ${value}, ${times}. The limit of stability is ${number(threshold * lr, 3)}, a curvature of ${number(threshold, 3)}: ${limitText(largest / threshold)}.`;
}

/** Returns the last curvature of each run. */
export const endsOf = ({ sharpness }: Landscape): readonly Sharpness[] =>
  sharpness.filter(({ run }, i) => sharpness[i + 1]?.run !== run);

/** True if the curvature of a run was measured at several steps, which a plot shows. */
export const hasSharpnessPath = ({ sharpness }: Landscape): boolean =>
  sharpness.some(({ run }, i) => sharpness[i + 1]?.run === run);

/** Describes the ratio of a curvature to the limit of stability. */
function limitText(ratio: number): string {
  if (ratio > 1.2)
    return `the curvature is ${number(ratio, 2)} times the limit, where full-batch gradient descent would diverge`;
  if (ratio >= 0.8) return `the curvature is at the limit (edge of stability, ${percent(ratio, 0)} of it)`;
  return `the curvature is ${percent(ratio, 0)} of the limit`;
}

/** Returns sentences about what the pictures do not show, for the parts of a landscape. */
export function limits({ plane, lines, sharpness, measuresStatistics, parameters, images }: Landscape): string[] {
  const dimensions = number(parameters, 6);
  return [
    ...(plane
      ? [
          `The plane is a slice with two of ${dimensions} dimensions. A minimum in it may be a saddle in others, and most directions of a trained network are flat.`,
        ]
      : []),
    ...(plane?.kind === "random"
      ? [
          "Another random seed gives another picture. Compare widths only between pictures with filter normalization; it removes the effect of the scale of weights, but not all differences of parametrization.",
        ]
      : []),
    ...(plane?.kind === "pca"
      ? [
          "The paths are not in the plane: the loss below a projected point is not the loss that the run had there. The tables have both, and the distance from the plane. Components of any path, even of a random walk, look like smooth curves.",
        ]
      : []),
    ...(lines.length > 0
      ? [
          "A barrier on the straight line does not separate two networks: curved paths of low loss may connect them, and exchanging equal neurons moves a network without changing its function.",
        ]
      : []),
    ...(sharpness.length > 0
      ? [
          "The curvature is that of the largest eigenvalue alone, on the measured images. Flat minima do not always generalize better: rescaled weights change the curvature, not the function. The limit of stability holds for full-batch gradient descent; the noise of small batches keeps runs below it.",
        ]
      : []),
    `${counted(images.train, "training image")}${images.part ? ` and ${counted(images.test, `${images.part} image`)}` : ""} were measured, without augmentation${measuresStatistics ? ". Statistics of batch norm were measured again at each point" : ""}.`,
  ];
}
