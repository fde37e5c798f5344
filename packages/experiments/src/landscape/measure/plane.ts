import type { ImageSet } from "@downhill/images";
import type { PathPoint, Plane, PlanePath, PointScore } from "../landscape.ts";
import type { Waypoint } from "../runs/path.ts";
import { cosineOf, type Directions, project, weightsAt } from "../space/directions.ts";
import type { LossMeter } from "./meter.ts";
import type { Work } from "./progress.ts";

/** Images on which points are measured. */
export interface MeasuredImages {
  readonly train: ImageSet;
  /** Images of the evaluated part; null if the data have none. */
  readonly test: ImageSet | null;
}

/** Plane to measure. */
export interface PlaneRequest extends Pick<Plane, "kind" | "x" | "y" | "shares"> {
  readonly directions: Directions;
  readonly images: MeasuredImages;
  readonly paths: readonly { readonly run: number; readonly points: readonly Waypoint[] }[];
}

/** Measures the loss on the grid of a plane, and at the points of paths. */
export async function measurePlane(
  { kind, x, y, shares, directions, images, paths }: PlaneRequest,
  meter: LossMeter,
  work: Work,
): Promise<Plane> {
  work.begin("plane");
  const onImages = (count: number): void => work.add(count);
  const train: PointScore[][] = [];
  const test: PointScore[][] = [];
  for (const row of y) {
    const [ofTrain, ofTest]: [PointScore[], PointScore[]] = [[], []];
    for (const column of x) {
      await meter.moveTo(weightsAt(directions, column, row));
      ofTrain.push(await meter.score(images.train, onImages));
      if (images.test) ofTest.push(await meter.score(images.test, onImages));
    }
    train.push(ofTrain);
    test.push(ofTest);
  }
  work.begin("paths");
  const measured: PlanePath[] = [];
  for (const { run, points } of paths) {
    const positions: PathPoint[] = [];
    for (const { step, weights } of points) {
      await meter.moveTo(weights);
      positions.push({ step, ...project(directions, weights), score: await meter.score(images.train, onImages) });
    }
    measured.push({ run, points: positions });
  }
  return { kind, x, y, train, test: images.test && test, shares, cosine: cosineOf(directions), paths: measured };
}

/** Returns evenly spaced numbers from `low` to `high`; for an odd count, the middle is exact. */
export const evenly = (low: number, high: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => {
    const share = i / (count - 1);
    return 2 * i === count - 1 ? (low + high) / 2 : (1 - share) * low + share * high;
  });

/**
 * Returns the positions of a grid that has all points of the paths and a margin.
 * @param margin half-width of the grid relative to that of the paths
 */
export function gridAround(
  positions: readonly { readonly x: number; readonly y: number }[],
  margin: number,
  count: number,
): { readonly x: readonly number[]; readonly y: readonly number[] } {
  const axis = (values: readonly number[]) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return { middle: (low + high) / 2, half: (high - low) / 2 };
  };
  const [x, y] = [axis(positions.map((point) => point.x)), axis(positions.map((point) => point.y))];
  // A path along one axis would leave a sliver in the other.
  const least = Math.max(x.half, y.half) / 3;
  const grid = ({ middle, half }: typeof x): number[] => {
    const reach = margin * Math.max(half, least);
    return evenly(middle - reach, middle + reach, count);
  };
  return { x: grid(x), y: grid(y) };
}
