import { addAt } from "../at.ts";

/** Curve as points [x, y], each from 0 to 1, in the order of falling thresholds. */
export type ShareCurve = readonly (readonly [x: number, y: number])[];

/** Both curves of a ranking. */
export interface RankingCurves {
  /** ROC curve: the false positive rate, and the true positive rate. */
  readonly roc: ShareCurve;
  /** Precision-recall curve: the recall, and the precision. */
  readonly precisionRecall: ShareCurve;
}

/** Quality of the scores of each class as a test of that class against all others. */
export interface Ranking {
  /**
   * Area under the ROC curve of each class: the probability that an image of the class has a higher score than one of
   * another class; ties count half. Null if there are no images of the class, or none of others.
   */
  readonly auc: readonly (number | null)[];
  /** Average precision of each class: the mean precision at each image of the class; null as `auc`. */
  readonly averagePrecision: readonly (number | null)[];
  /** Means over the classes that are not null; null if all are. */
  readonly macro: (RankingCurves & { readonly auc: number; readonly averagePrecision: number }) | null;
  /** Curves of classes, those with the lowest average precision first; at most 4. */
  readonly curves: readonly (RankingCurves & { readonly label: number })[];
}

/** Maximum number of classes with stored curves. */
const CURVES = 4;
/** Maximum number of points of a stored curve, and steps of the mean curves. */
const POINTS = 100;
/** Maximum number of scores that are kept in memory, 256 MB. */
const MOST_SCORES = 2 ** 26;

/** Collects the scores of images. */
export class RankingScores {
  readonly #classes: number;
  #scores: Float32Array[] | null = [];
  readonly #labels: number[] = [];

  constructor(classes: number) {
    this.#classes = classes;
  }

  /** @param scores [labels.length, classes], such as log-probabilities */
  add(scores: Float32Array | Float64Array, labels: ArrayLike<number>): void {
    for (let i = 0; i < labels.length; i++) this.#labels.push(labels[i] as number);
    if (this.#labels.length * this.#classes > MOST_SCORES) this.#scores = null;
    this.#scores?.push(Float32Array.from(scores));
  }

  /** Returns the ranking; null if the scores do not fit into memory, or there are none. */
  result(): Ranking | null {
    const [batches, classes] = [this.#scores, this.#classes];
    if (batches === null || this.#labels.length === 0) return null;
    const measured = Array.from({ length: classes }, (_, k) => {
      const scores = new Float32Array(this.#labels.length);
      let image = 0;
      for (const batch of batches) {
        for (let i = k; i < batch.length; i += classes) scores[image++] = batch[i] as number;
      }
      return rankClass(scores, this.#labels, k);
    });
    const ranked = measured.flatMap((one, label) => (one === null ? [] : [{ ...one, label }]));
    const worst = [...ranked].sort((a, b) => a.averagePrecision - b.averagePrecision || a.label - b.label);
    return {
      auc: measured.map((one) => one?.auc ?? null),
      averagePrecision: measured.map((one) => one?.averagePrecision ?? null),
      macro: macroOf(ranked),
      curves: worst.slice(0, CURVES).map(({ label, roc, precisionRecall }) => ({
        label,
        roc: thin(roc),
        precisionRecall: thin(precisionRecall),
      })),
    };
  }
}

interface RankedClass extends RankingCurves {
  readonly auc: number;
  readonly averagePrecision: number;
}

/**
 * Ranks the images by the score of a class. Images with equal scores are one step of the curves.
 * @returns null if there are no images of the class, or none of others
 */
export function rankClass(scores: Float32Array, labels: readonly number[], label: number): RankedClass | null {
  const positives = labels.reduce((sum, one) => sum + (one === label ? 1 : 0), 0);
  const negatives = labels.length - positives;
  if (positives === 0 || negatives === 0) return null;
  // A score that is not a number ranks last.
  const keys = scores.map((score) => (Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score));
  const order = Uint32Array.from(keys.keys()).sort((a, b) => {
    const [first, second] = [nth(keys, a), nth(keys, b)];
    return first === second ? 0 : second - first;
  });
  const roc: [number, number][] = [[0, 0]];
  const precisionRecall: [number, number][] = [];
  let [hits, misses, auc, averagePrecision] = [0, 0, 0, 0];
  for (let i = 0; i < order.length; ) {
    const score = nth(keys, nth(order, i));
    const [before, missed] = [hits, misses];
    for (; i < order.length && nth(keys, nth(order, i)) === score; i++) {
      if (labels[nth(order, i)] === label) hits++;
      else misses++;
    }
    auc += ((misses - missed) * (hits + before)) / 2;
    const precision = hits / (hits + misses);
    averagePrecision += (hits - before) * precision;
    roc.push([misses / negatives, hits / positives]);
    if (precisionRecall.length === 0) precisionRecall.push([0, precision]);
    if (hits > before) precisionRecall.push([hits / positives, precision]);
  }
  return {
    auc: auc / (positives * negatives),
    averagePrecision: averagePrecision / positives,
    roc,
    precisionRecall,
  };
}

/** Returns the means over classes: of the true positive rate at each false positive rate, and of the precision at each recall. */
function macroOf(classes: readonly RankedClass[]): Ranking["macro"] {
  if (classes.length === 0) return null;
  const mean = (of: (one: RankedClass) => number): number =>
    classes.reduce((sum, one) => sum + of(one), 0) / classes.length;
  const [rates, precisions] = [new Float64Array(POINTS + 1), new Float64Array(POINTS + 1)];
  for (const { roc, precisionRecall } of classes) {
    let [a, b] = [0, 0];
    for (let i = 0; i <= POINTS; i++) {
      const x = i / POINTS;
      while (a + 1 < roc.length && nth(roc, a + 1)[0] <= x) a++;
      const [[x0, y0], next] = [nth(roc, a), roc[a + 1]];
      addAt(rates, i, next ? y0 + ((next[1] - y0) * (x - x0)) / (next[0] - x0) : y0);
      while (b + 1 < precisionRecall.length && nth(precisionRecall, b)[0] < x) b++;
      addAt(precisions, i, nth(precisionRecall, b)[1]);
    }
  }
  const curve = (sums: Float64Array): ShareCurve =>
    [...sums].map((sum, i) => [i / POINTS, rounded(sum / classes.length)] as const);
  return {
    auc: mean(({ auc }) => auc),
    averagePrecision: mean(({ averagePrecision }) => averagePrecision),
    roc: [[0, 0], ...curve(rates)],
    precisionRecall: curve(precisions),
  };
}

/** Returns at most about 100 points of a curve, at equal distances along it, with its ends. */
function thin(curve: ShareCurve): ShareCurve {
  const lengths = curve.map(([x, y], i) =>
    i === 0 ? 0 : Math.abs(x - nth(curve, i - 1)[0]) + Math.abs(y - nth(curve, i - 1)[1]),
  );
  const step = lengths.reduce((sum, length) => sum + length, 0) / POINTS;
  let since = step;
  return curve.flatMap(([x, y], i) => {
    since += nth(lengths, i);
    if (curve.length > POINTS && since < step && i < curve.length - 1) return [];
    since = 0;
    return [[rounded(x), rounded(y)] as const];
  });
}

const rounded = (value: number): number => Number(value.toFixed(5));

const nth = <T>(values: ArrayLike<T>, i: number): T => values[i] as T;
