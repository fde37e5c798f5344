import { dot, maxAbs } from "./vector.ts";

/** The loss and its gradient at one point. Whoever evaluates gives a new array each time: the search keeps them. */
export interface Evaluation {
  readonly loss: number;
  readonly gradient: Float64Array;
}

/** A point on the line: its distance `t` along the direction, and the slope there, gradient · direction. */
export interface LinePoint extends Evaluation {
  readonly t: number;
  readonly slope: number;
}

export interface StrongWolfeOptions {
  /** How much of the decrease that the slope promises is enough (Armijo's condition). Default 1e-4. */
  readonly c1?: number;
  /** The slope that is flat enough, as a fraction of the slope at the start. Default 0.9. */
  readonly c2?: number;
  /** The search gives up when no weight differs by more than this across its interval. Default 1e-9. */
  readonly toleranceChange?: number;
  /** The search makes at most this many evaluations after the first. Default 25. */
  readonly maxLs?: number;
}

/**
 * A line search for the strong Wolfe conditions: a step `t` along `direction` that lowers the loss by enough,
 * `loss(t) <= loss(0) + c1 t slope(0)`, and arrives where it is flat enough, `|slope(t)| <= -c2 slope(0)`.
 *
 * First the step is lengthened until it brackets such a point, then the bracket is narrowed; each new step is the
 * minimum of the cubic through two points. The arithmetic, its order and the defaults are those of PyTorch's
 * `torch.optim.lbfgs._strong_wolfe`. Where the evaluations run out, the best point so far is the answer.
 *
 * @param evaluate the loss and gradient at the start plus `t` times the direction; called for `t` first
 * @param start the loss, gradient and slope at `t = 0`; the slope must be negative
 * @returns the point chosen, and how often `evaluate` was called
 */
export function strongWolfe(
  evaluate: (t: number) => Evaluation,
  direction: Float64Array,
  start: Omit<LinePoint, "t">,
  t: number,
  options: StrongWolfeOptions = {},
): LinePoint & { readonly evaluations: number } {
  const { c1 = 1e-4, c2 = 0.9, toleranceChange = 1e-9, maxLs = 25 } = options;
  const reach = maxAbs(direction);
  let evaluations = 0;

  const visit = (t: number): LinePoint => {
    evaluations++;
    const { loss, gradient } = evaluate(t);
    return { t, loss, gradient, slope: dot(gradient, direction) };
  };
  const isTooHigh = (point: LinePoint) => point.loss > start.loss + c1 * point.t * start.slope;
  const isFlat = (point: LinePoint) => Math.abs(point.slope) <= -c2 * start.slope;

  const origin: LinePoint = { ...start, t: 0 };
  let previous = origin;
  let point = visit(t);
  let bracket: [LinePoint, LinePoint] | undefined;
  let round = 0;
  for (; round < maxLs; round++) {
    const isWorse = isTooHigh(point) || (round > 1 && point.loss >= previous.loss);
    if (!isWorse && isFlat(point)) return { ...point, evaluations };
    if (isWorse || point.slope >= 0) {
      bracket = [previous, point];
      break;
    }
    const next = cubicMinimum(previous, point, point.t + 0.01 * (point.t - previous.t), point.t * 10);
    previous = point;
    point = visit(next);
  }
  bracket ??= [origin, point];

  // Which place of the bracket a point holds matters: of two equal losses the first place is the low one.
  const lowest = ([a, b]: [LinePoint, LinePoint]) => (a.loss <= b.loss ? 0 : 1);
  let low: 0 | 1 = lowest(bracket);
  let wasNearEnd = false;
  for (; round < maxLs; round++) {
    const near = Math.min(bracket[0].t, bracket[1].t);
    const far = Math.max(bracket[0].t, bracket[1].t);
    if ((far - near) * reach < toleranceChange) break;

    let next = cubicMinimum(bracket[0], bracket[1], near, far);
    // A step close to an end of the bracket hardly narrows it: the second time running, or at the end itself, move in.
    const margin = 0.1 * (far - near);
    const isNearEnd = Math.min(far - next, next - near) < margin;
    const movesIn: boolean = isNearEnd && (wasNearEnd || next >= far || next <= near);
    if (movesIn) next = Math.abs(next - far) < Math.abs(next - near) ? far - margin : near + margin;
    wasNearEnd = isNearEnd && !movesIn;

    point = visit(next);
    const high = low === 0 ? 1 : 0;
    if (isTooHigh(point) || point.loss >= bracket[low].loss) {
      bracket[high] = point;
      low = lowest(bracket);
      continue;
    }
    if (isFlat(point)) return { ...point, evaluations };
    if (point.slope * (bracket[high].t - bracket[low].t) >= 0) bracket[high] = bracket[low];
    bracket[low] = point;
  }
  return { ...bracket[low], evaluations };
}

/** Where the cubic with the losses and slopes of two points is least, kept within the bounds. */
function cubicMinimum(a: LinePoint, b: LinePoint, lower: number, upper: number): number {
  // A step of length zero, as at the end of a schedule: PyTorch divides by zero here.
  if (a.t === b.t) return (lower + upper) / 2;
  const [left, right] = a.t < b.t ? [a, b] : [b, a];
  // PyTorch divides a number by a tensor as a product with the reciprocal, which rounds differently.
  const d1 = left.slope + right.slope - 3 * (left.loss - right.loss) * (1 / (left.t - right.t));
  const square = d1 * d1 - left.slope * right.slope;
  if (!(square >= 0)) return (lower + upper) / 2;
  const d2 = Math.sqrt(square);
  const fraction = (right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2);
  return Math.min(Math.max(right.t - (right.t - left.t) * fraction, lower), upper);
}
