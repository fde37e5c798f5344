import { dot, maxAbs } from "./vector.ts";

/** Loss and gradient at one point. The search keeps the gradient, so each evaluation must return a new array. */
export interface Evaluation {
  readonly loss: number;
  readonly gradient: Float64Array;
}

/**
 * A point on the line: its distance `t` along the direction, and the directional derivative there, gradient ·
 * direction.
 */
export interface LinePoint extends Evaluation {
  readonly t: number;
  readonly derivative: number;
}

export interface StrongWolfeOptions {
  /** Share of the decrease predicted by the derivative that is enough (Armijo's condition). Default 1e-4. */
  readonly c1?: number;
  /** Derivative that is flat enough, as a share of that at the start. Default 0.9. */
  readonly c2?: number;
  /** Largest difference of a weight across the interval at which the search gives up. Default 1e-9. */
  readonly toleranceChange?: number;
  /** Maximum number of evaluations after the first. Default 25. */
  readonly maxLs?: number;
}

/**
 * Searches a line for the strong Wolfe conditions: a step `t` along `direction` with a sufficient decrease of the loss,
 * `loss(t) <= loss(0) + c1 t derivative(0)`, at a point that is flat enough, `|derivative(t)| <= -c2 derivative(0)`.
 *
 * It first lengthens the step until it brackets such a point, and then narrows the bracket; each new step is the
 * minimum of the cubic through two points. The arithmetic, its order and the defaults are those of PyTorch's
 * `torch.optim.lbfgs._strong_wolfe`. If the evaluations run out, it returns the best point so far.
 *
 * It is a generator, so that the evaluations may be asynchronous: it yields each `t`, first the given one, and receives
 * the loss and gradient at the start plus `t` times the direction.
 *
 * @param start loss, gradient and derivative at `t = 0`; the derivative must be negative
 * @returns the chosen point, and the number of evaluations
 */
export function* strongWolfe(
  direction: Float64Array,
  start: Omit<LinePoint, "t">,
  t: number,
  options: StrongWolfeOptions = {},
): Generator<number, LinePoint & { readonly evaluations: number }, Evaluation> {
  const { c1 = 1e-4, c2 = 0.9, toleranceChange = 1e-9, maxLs = 25 } = options;
  const reach = maxAbs(direction);
  let evaluations = 0;

  function* visit(t: number): Generator<number, LinePoint, Evaluation> {
    evaluations++;
    const { loss, gradient } = yield t;
    return { t, loss, gradient, derivative: dot(gradient, direction) };
  }
  const isTooHigh = (point: LinePoint) => point.loss > start.loss + c1 * point.t * start.derivative;
  const isFlat = (point: LinePoint) => Math.abs(point.derivative) <= -c2 * start.derivative;

  const origin: LinePoint = { ...start, t: 0 };
  let previous = origin;
  let point = yield* visit(t);
  let bracket: [LinePoint, LinePoint] | undefined;
  let round = 0;
  for (; round < maxLs; round++) {
    const isWorse = isTooHigh(point) || (round > 1 && point.loss >= previous.loss);
    if (!isWorse && isFlat(point)) return { ...point, evaluations };
    if (isWorse || point.derivative >= 0) {
      bracket = [previous, point];
      break;
    }
    const next = cubicMinimum(previous, point, point.t + 0.01 * (point.t - previous.t), point.t * 10);
    previous = point;
    point = yield* visit(next);
  }
  bracket ??= [origin, point];

  // The order of the bracket matters: of two equal losses the first counts as the lower one.
  const lowest = ([a, b]: [LinePoint, LinePoint]) => (a.loss <= b.loss ? 0 : 1);
  let low: 0 | 1 = lowest(bracket);
  let wasNearEnd = false;
  for (; round < maxLs; round++) {
    const near = Math.min(bracket[0].t, bracket[1].t);
    const far = Math.max(bracket[0].t, bracket[1].t);
    if ((far - near) * reach < toleranceChange) break;

    let next = cubicMinimum(bracket[0], bracket[1], near, far);
    // A step close to an end of the bracket hardly narrows it: the second time in a row, or at the end itself, move
    // inward.
    const margin = 0.1 * (far - near);
    const isNearEnd = Math.min(far - next, next - near) < margin;
    const movesIn: boolean = isNearEnd && (wasNearEnd || next >= far || next <= near);
    if (movesIn) next = Math.abs(next - far) < Math.abs(next - near) ? far - margin : near + margin;
    wasNearEnd = isNearEnd && !movesIn;

    point = yield* visit(next);
    const high = low === 0 ? 1 : 0;
    if (isTooHigh(point) || point.loss >= bracket[low].loss) {
      bracket[high] = point;
      low = lowest(bracket);
      continue;
    }
    if (isFlat(point)) return { ...point, evaluations };
    if (point.derivative * (bracket[high].t - bracket[low].t) >= 0) bracket[high] = bracket[low];
    bracket[low] = point;
  }
  return { ...bracket[low], evaluations };
}

/** Returns the minimum of the cubic with the losses and derivatives of two points, within bounds. */
function cubicMinimum(a: LinePoint, b: LinePoint, lower: number, upper: number): number {
  // A step of length zero, as at the end of a schedule: PyTorch divides by zero here.
  if (a.t === b.t) return (lower + upper) / 2;
  const [left, right] = a.t < b.t ? [a, b] : [b, a];
  // PyTorch divides a number by a tensor as a product with the reciprocal, which rounds differently.
  const d1 = left.derivative + right.derivative - 3 * (left.loss - right.loss) * (1 / (left.t - right.t));
  const square = d1 * d1 - left.derivative * right.derivative;
  if (!(square >= 0)) return (lower + upper) / 2;
  const d2 = Math.sqrt(square);
  const fraction = (right.derivative + d2 - d1) / (right.derivative - left.derivative + 2 * d2);
  return Math.min(Math.max(right.t - (right.t - left.t) * fraction, lower), upper);
}
