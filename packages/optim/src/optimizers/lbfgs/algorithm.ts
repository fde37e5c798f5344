import type { LbfgsValues } from "./hyperparameters.ts";
import { type Evaluation, strongWolfe } from "./strong-wolfe.ts";
import { addScaled, dot, maxAbs, scaled, sumAbs } from "./vector.ts";

/** Point at which the function to minimize is evaluated. */
export interface Position {
  read(): Float64Array;
  write(point: Float64Array): void;
}

/** A past move: `s` is its change of the weights, `y` that of the gradient, `rho` is 1 / y·s. */
export interface Move {
  readonly y: Float64Array;
  readonly s: Float64Array;
  readonly rho: number;
}

/** An iteration: its start, its direction and length, and the moves that it remembers. */
export interface Iteration extends Evaluation {
  readonly direction: Float64Array;
  readonly t: number;
  readonly moves: readonly Move[];
  /** Factor of the identity in the first estimate of the inverse Hessian. */
  readonly scale: number;
}

/** Memory that one step passes to the next. It is never modified, so that a step that throws leaves it unchanged. */
export interface Memory {
  readonly iterations: number;
  readonly evaluations: number;
  readonly last: Iteration | null;
}

/**
 * Takes one step of up to `maxIter` iterations; returns the loss before it and the memory after it. It is a generator, so
 * that the evaluations may be asynchronous: at each `yield` it receives loss and gradient at the position.
 */
export function* takeStep(
  position: Position,
  { iterations, evaluations: earlier, last }: Memory,
  { lr, maxIter, maxEval, toleranceGrad, toleranceChange, historySize, lineSearchFn }: LbfgsValues,
): Generator<void, { loss: number; memory: Memory }, Evaluation> {
  let here = yield;
  let evaluations = 1;
  const { loss } = here;

  // PyTorch checks the gradient after the first evaluation and at the end of each iteration; this is both.
  for (let iteration = 1; iteration <= maxIter && maxAbs(here.gradient) > toleranceGrad; iteration++) {
    iterations++;
    const plan = last === null ? steepestDescent(here) : quasiNewton(here, last, historySize);
    const { direction } = plan;
    let t = last === null ? Math.min(1, 1 / sumAbs(here.gradient)) * lr : lr;
    last = { ...here, ...plan, t };

    const derivative = dot(here.gradient, direction);
    if (!Number.isFinite(derivative))
      throw new Error(`lbfgs: the derivative along the search direction is ${derivative}`);
    if (derivative > -toleranceChange) break;

    const from = position.read();
    const goTo = (t: number) => position.write(addScaled(from.slice(), t, direction));
    if (lineSearchFn === "strong_wolfe") {
      const search = strongWolfe(direction, { ...here, derivative }, t, { maxLs: maxEval - evaluations });
      let next = search.next();
      while (!next.done) {
        goTo(next.value);
        next = search.next(yield);
      }
      const found = next.value;
      ({ t } = found);
      last = { ...last, t };
      here = { loss: found.loss, gradient: found.gradient };
      evaluations += found.evaluations;
      goTo(t);
    } else {
      goTo(t);
      if (iteration === maxIter) break;
      here = yield;
      evaluations++;
    }

    if (evaluations >= maxEval) break;
    if (maxAbs(direction) * t <= toleranceChange) break;
    if (Math.abs(here.loss - last.loss) < toleranceChange) break;
  }
  return { loss, memory: { iterations, evaluations: earlier + evaluations, last } };
}

type Plan = Pick<Iteration, "direction" | "moves" | "scale">;

const steepestDescent = ({ gradient }: Evaluation): Plan => ({
  direction: scaled(gradient, -1),
  moves: [],
  scale: 1,
});

/** Returns minus the estimated inverse Hessian times the gradient, by the two-loop recursion. */
function quasiNewton({ gradient }: Evaluation, last: Iteration, historySize: number): Plan {
  let { moves, scale } = last;
  const y = addScaled(gradient.slice(), -1, last.gradient);
  const s = scaled(last.direction, last.t);
  const ys = dot(y, s);
  // A move without positive curvature could make the next direction climb.
  if (ys > 1e-10) {
    moves = [...moves, { y, s, rho: 1 / ys }];
    scale = ys / dot(y, y);
  }
  moves = moves.slice(-historySize);

  const q = scaled(gradient, -1);
  const alphas = moves.map(() => 0);
  for (let i = moves.length - 1; i >= 0; i--) {
    const { y, s, rho } = moves[i] as Move;
    const alpha = dot(s, q) * rho;
    alphas[i] = alpha;
    addScaled(q, -alpha, y);
  }
  const direction = scaled(q, scale);
  moves.forEach(({ y, s, rho }, i) => {
    const beta = dot(y, direction) * rho;
    addScaled(direction, (alphas[i] as number) - beta, s);
  });
  return { direction, moves, scale };
}
