import type { LbfgsValues } from "./hyperparameters.ts";
import { type Evaluation, strongWolfe } from "./strong-wolfe.ts";
import { addScaled, dot, maxAbs, scaled, sumAbs } from "./vector.ts";

/** A function to minimise, and the point where it is evaluated. */
export interface Objective {
  read(): Float64Array;
  write(point: Float64Array): void;
  evaluate(): Evaluation;
}

/** A move that was made: `s` is its change of the weights, `y` that of the gradient, `rho` is 1 / y·s. */
export interface Move {
  readonly y: Float64Array;
  readonly s: Float64Array;
  readonly rho: number;
}

/** An iteration: where it stood, how it went on from there, and what it then remembered. */
export interface Iteration extends Evaluation {
  readonly direction: Float64Array;
  readonly t: number;
  readonly moves: readonly Move[];
  /** The first guess of the inverse Hessian is this times the identity. */
  readonly scale: number;
}

/** What one step hands to the next. Never written to, so that a step that throws leaves it as it was. */
export interface Memory {
  readonly iterations: number;
  readonly evaluations: number;
  readonly last: Iteration | null;
}

/** One step, of up to `maxIter` iterations: the loss from before it, and the memory after it. */
export function takeStep(
  objective: Objective,
  { iterations, evaluations: earlier, last }: Memory,
  { lr, maxIter, maxEval, toleranceGrad, toleranceChange, historySize, lineSearchFn }: LbfgsValues,
): { loss: number; memory: Memory } {
  let here = objective.evaluate();
  let evaluations = 1;
  const { loss } = here;

  // PyTorch looks at the gradient after the first evaluation and at the end of each iteration: here it is one place.
  for (let iteration = 1; iteration <= maxIter && maxAbs(here.gradient) > toleranceGrad; iteration++) {
    iterations++;
    const plan = last === null ? steepestDescent(here) : quasiNewton(here, last, historySize);
    const { direction } = plan;
    let t = last === null ? Math.min(1, 1 / sumAbs(here.gradient)) * lr : lr;
    last = { ...here, ...plan, t };

    const slope = dot(here.gradient, direction);
    if (!Number.isFinite(slope)) throw new Error(`lbfgs: the slope along the search direction is ${slope}`);
    if (slope > -toleranceChange) break;

    const from = objective.read();
    const goTo = (t: number) => objective.write(addScaled(from.slice(), t, direction));
    if (lineSearchFn === "strong_wolfe") {
      const evaluate = (t: number) => {
        goTo(t);
        return objective.evaluate();
      };
      const found = strongWolfe(evaluate, direction, { ...here, slope }, t, { maxLs: maxEval - evaluations });
      ({ t } = found);
      last = { ...last, t };
      here = { loss: found.loss, gradient: found.gradient };
      evaluations += found.evaluations;
      goTo(t);
    } else {
      goTo(t);
      if (iteration === maxIter) break;
      here = objective.evaluate();
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

/** The two-loop recursion: minus the estimated inverse Hessian times the gradient. */
function quasiNewton({ gradient }: Evaluation, last: Iteration, historySize: number): Plan {
  let { moves, scale } = last;
  const y = addScaled(gradient.slice(), -1, last.gradient);
  const s = scaled(last.direction, last.t);
  const ys = dot(y, s);
  // Remembering a move without positive curvature could make the next direction climb.
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
