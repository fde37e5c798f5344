import { combine, normOf } from "../../vectors.ts";
import type { Barrier, Line, PointScore } from "../landscape.ts";
import type { LossMeter } from "./meter.ts";
import { evenly, type MeasuredImages } from "./plane.ts";
import type { Work } from "./progress.ts";

/** Line to measure. */
export interface LineRequest extends Pick<Line, "from" | "to"> {
  readonly start: Float32Array;
  readonly end: Float32Array;
  /** Number of points, the ends included. */
  readonly points: number;
  readonly images: MeasuredImages;
}

/** Measures the loss on the straight line between two networks. Its ends are the networks themselves, bit for bit. */
export async function measureLine(
  { from, to, start, end, points, images }: LineRequest,
  meter: LossMeter,
  work: Work,
): Promise<Line> {
  work.begin("line");
  const onImages = (count: number): void => work.add(count);
  const at = evenly(0, 1, points);
  const train: PointScore[] = [];
  const test: PointScore[] = [];
  for (const share of at) {
    await meter.moveTo(
      combine([
        [1 - share, start],
        [share, end],
      ]),
    );
    train.push(await meter.score(images.train, onImages));
    if (images.test) test.push(await meter.score(images.test, onImages));
  }
  const distance = normOf(
    combine([
      [1, end],
      [-1, start],
    ]),
  );
  const barriers = { train: barrierOf(at, train), test: images.test && barrierOf(at, test) };
  return { from, to, distance, at, train, test: images.test && test, barriers };
}

/**
 * Returns the barrier on a line: the highest loss and error, minus the mean of the ends (the linear interpolation
 * instability of Frankle et al. 2020, https://arxiv.org/abs/1912.05671). The same in both directions.
 * @param at positions of the scores
 */
export function barrierOf(at: readonly number[], scores: readonly PointScore[]): Barrier {
  const above = (values: readonly number[]): number => {
    // A loss that overflows is a barrier without a height.
    if (values.some(Number.isNaN)) return Number.POSITIVE_INFINITY;
    return Math.max(...values) - ((values[0] ?? 0) + (values.at(-1) ?? 0)) / 2;
  };
  const losses = scores.map(({ loss }) => loss);
  const highest = losses.findIndex((loss) => Number.isNaN(loss) || loss === Math.max(...losses));
  return {
    loss: above(losses),
    error: above(scores.map(({ accuracy }) => 1 - accuracy)),
    at: at[Math.max(0, highest)] ?? 0,
  };
}
