import { suggest } from "../nearest.ts";
import { dot, type Evaluation, maxAbs, strongWolfe } from "./strong-wolfe.ts";

export interface LbfgsHyperparameters {
  /** How far each iteration goes along its direction, or first tries to. A number or a function of the step. Default 1. */
  readonly lr: number | ((step: number) => number);
  /** The most iterations in a step, each of them a direction and a move along it. Default 20. */
  readonly maxIter: number;
  /** The most evaluations in a step; a line search may make one more. `null`, the default, is 5/4 of `maxIter`. */
  readonly maxEval: number | null;
  /** A step ends when no element of the gradient is larger. Default 1e-7. */
  readonly toleranceGrad: number;
  /** A step ends when the loss, or every weight, changes by less. Default 1e-9. */
  readonly toleranceChange: number;
  /** How many past moves the curvature is estimated from. Default 100; 5 to 20 often do. */
  readonly historySize: number;
  /** How the length of a move is found: `"strong_wolfe"`, or `null`, the default, for `lr` itself. */
  readonly lineSearchFn: "strong_wolfe" | null;
  /** Whether to climb instead of descend. Default false. */
  readonly maximize: boolean;
}

/** The hyperparameters of one step, as numbers. */
export interface LbfgsValues extends LbfgsHyperparameters {
  readonly lr: number;
  readonly maxEval: number;
}

/** What L-BFGS needs of `Parameters`. */
export interface LbfgsParameters {
  readonly names: readonly string[];
  value(name: string): Float32Array | Float64Array;
  gradient(name: string): Float32Array | Float64Array;
}

/** Plain data, by tensor name. `y0`, `s0` are the oldest change of gradient and of weights that are remembered. */
export interface LbfgsSaved {
  readonly optimizer: "lbfgs";
  readonly step: number;
  readonly tensors: Readonly<Record<string, Readonly<Record<string, Float64Array>>>>;
  readonly scalars: Readonly<Record<string, number>>;
}

export interface LbfgsUpdater {
  /**
   * Takes one step, of up to `maxIter` iterations, and returns the loss from before it. `closure` computes the loss
   * at the current values, writes the gradients and returns the loss.
   * @throws if the closure throws, or a loss, gradient or weight is not finite; values and state are then as before
   */
  step(closure: () => number): number;
  /** How many steps have been taken. */
  readonly steps: number;
  /** The values in force at the last step; before the first, those that it will use. */
  readonly hyperparameters: LbfgsValues;
  /** A copy of everything but the values of the parameters that the next step depends on. */
  state(): LbfgsSaved;
  /** @throws if `saved` does not fit these parameters, naming the first difference; nothing is then changed */
  restore(saved: LbfgsSaved): void;
}

const defaults: LbfgsHyperparameters = {
  lr: 1,
  maxIter: 20,
  maxEval: null,
  toleranceGrad: 1e-7,
  toleranceChange: 1e-9,
  historySize: 100,
  lineSearchFn: null,
  maximize: false,
};

/**
 * L-BFGS: Newton's method with the curvature estimated from the last `historySize` moves, after Liu & Nocedal,
 * "On the limited memory BFGS method for large scale optimization" (1989). Its interface, defaults and arithmetic
 * are those of PyTorch 2.13's `torch.optim.LBFGS`, but it always computes in float64.
 *
 * Use it for smooth losses over all the data at once: a small model, a fitted curve, style transfer. With
 * `lineSearchFn: "strong_wolfe"` it then usually needs far fewer evaluations than Adam, and no tuned rate;
 * without, it can diverge. Do not use it on mini-batches, whose changing loss spoils the estimate, nor where up to
 * 16 * `historySize` bytes a parameter are too many.
 *
 * @throws if a hyperparameter is unknown or out of range
 * @example
 * const parameters = new Parameters({ x: [2] }, { dtype: "float64" });
 * const updater = lbfgs({ lineSearchFn: "strong_wolfe" }).bind(parameters);
 * const lossBefore = updater.step(() => {
 *   const [x, y] = parameters.value("x");
 *   parameters.gradient("x").set([2 * x, 8 * y]);
 *   return x ** 2 + 4 * y ** 2;
 * });
 */
export const lbfgs = /* @__PURE__ */ Object.assign(createLbfgs, {
  optimizerName: "lbfgs" as const,
  title: "L-BFGS",
  paper: "https://doi.org/10.1007/BF01589116",
  defaults,
});

function createLbfgs(hyperparameters: Partial<LbfgsHyperparameters> = {}): {
  bind(parameters: LbfgsParameters): LbfgsUpdater;
} {
  const known = checkHyperparameters(hyperparameters);
  return { bind: (parameters) => bind(known, parameters) };
}

function bind(hyperparameters: LbfgsHyperparameters, parameters: LbfgsParameters): LbfgsUpdater {
  const vector = new ParameterVector(parameters);
  let memory: LbfgsMemory = { iterations: 0, evaluations: 0, last: null };
  let steps = 0;

  const valuesAt = (step: number): LbfgsValues => {
    const { lr, maxIter, maxEval } = hyperparameters;
    return {
      ...hyperparameters,
      lr: typeof lr === "function" ? checkNumber(`lr at step ${step}`, lr(step)) : lr,
      maxEval: maxEval ?? Math.floor((maxIter * 5) / 4),
    };
  };

  return {
    step(closure) {
      if (typeof closure !== "function") {
        throw new Error(
          "lbfgs: step() needs a closure, because L-BFGS evaluates the loss several times a step: " +
            "step(() => { /* compute the loss, write parameters.gradient(...) */ return loss; })",
        );
      }
      const values = valuesAt(steps);
      const before = vector.read("value");
      try {
        const result = lbfgsStep(objective(vector, closure, values.maximize), memory, values);
        vector.checkFinite("value");
        memory = result.memory;
        steps++;
        return values.maximize ? -result.loss : result.loss;
      } catch (error) {
        vector.write(before);
        throw error;
      }
    },
    get steps() {
      return steps;
    },
    get hyperparameters() {
      return valuesAt(Math.max(0, steps - 1));
    },
    state: () => save(memory, steps, vector),
    restore(saved) {
      memory = load(saved, vector, hyperparameters.historySize);
      steps = saved.step;
    },
  };
}

function objective(vector: ParameterVector, closure: () => number, maximize: boolean): LbfgsObjective {
  return {
    read: () => vector.read("value"),
    write: (point) => vector.write(point),
    evaluate() {
      const loss: unknown = closure();
      if (typeof loss !== "number") {
        const found = loss instanceof Promise ? "a promise; it must not be asynchronous" : typeof loss;
        throw new Error(`lbfgs: the closure must return the loss, a number; it returned ${found}`);
      }
      if (!Number.isFinite(loss)) {
        const where = vector.nonFinite("value") ?? vector.nonFinite("gradient");
        throw new Error(`lbfgs: the loss is ${loss}${where === null ? "" : `, and ${where}`}`);
      }
      vector.checkFinite("gradient");
      const gradient = vector.read("gradient");
      return maximize ? { loss: -loss, gradient: scaled(gradient, -1) } : { loss, gradient };
    },
  };
}

// The algorithm, on flat vectors.

/** A function to minimise, and the point where it is evaluated. */
interface LbfgsObjective {
  read(): Float64Array;
  write(point: Float64Array): void;
  evaluate(): Evaluation;
}

/** A move that was made: `s` is its change of the weights, `y` that of the gradient, `rho` is 1 / y·s. */
interface Move {
  readonly y: Float64Array;
  readonly s: Float64Array;
  readonly rho: number;
}

/** An iteration: where it stood, how it went on from there, and what it then remembered. */
interface Iteration extends Evaluation {
  readonly direction: Float64Array;
  readonly t: number;
  readonly moves: readonly Move[];
  /** The first guess of the inverse Hessian is this times the identity. */
  readonly scale: number;
}

/** What one step hands to the next. Never written to, so that a step that throws leaves it as it was. */
interface LbfgsMemory {
  readonly iterations: number;
  readonly evaluations: number;
  readonly last: Iteration | null;
}

function lbfgsStep(
  objective: LbfgsObjective,
  { iterations, evaluations: earlier, last }: LbfgsMemory,
  { lr, maxIter, maxEval, toleranceGrad, toleranceChange, historySize, lineSearchFn }: LbfgsValues,
): { loss: number; memory: LbfgsMemory } {
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
    moves = [...moves, { y, s, rho: 1 / ys }].slice(-historySize);
    scale = ys / dot(y, y);
  }

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

/** `target += factor * a`, in place; rounded once, as PyTorch's fused instruction does. */
function addScaled(target: Float64Array, factor: number, a: Float64Array): Float64Array {
  for (let i = 0; i < target.length; i++) target[i] = fusedMultiplyAdd(factor, a[i] as number, target[i] as number);
  return target;
}

/** 2^27 + 1: splits a number into halves whose products are exact (Veltkamp). */
const SPLITTER = 134217729;
/** Splitting overflows beyond this; nothing of such a size needs the last bit. */
const LARGEST_SPLIT = 2 ** 990;

/**
 * a b + c, rounded as if once: the rounding errors of the product (Dekker) and of the sum (Knuth) are found exactly
 * and added at the end.
 */
function fusedMultiplyAdd(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  if (!(Math.abs(a) < LARGEST_SPLIT && Math.abs(b) < LARGEST_SPLIT && Number.isFinite(sum))) return sum;
  const [aScaled, bScaled] = [a * SPLITTER, b * SPLITTER];
  const aHigh = aScaled - (aScaled - a);
  const bHigh = bScaled - (bScaled - b);
  const [aLow, bLow] = [a - aHigh, b - bHigh];
  const productError = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
  const productPart = sum - c;
  const sumError = product - productPart + (c - (sum - productPart));
  return sum + (productError + sumError);
}

function scaled(a: Float64Array, factor: number): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) result[i] = (a[i] as number) * factor;
  return result;
}

function sumAbs(a: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] as number);
  return sum;
}

// Between tensors and the flat vector.

/** All tensors one after the other, without the padding between them, in float64. */
class ParameterVector {
  readonly places: readonly { readonly name: string; readonly start: number; readonly end: number }[];
  readonly length: number;
  readonly #parameters: LbfgsParameters;

  constructor(parameters: LbfgsParameters) {
    this.#parameters = parameters;
    let length = 0;
    this.places = parameters.names.map((name) => {
      const start = length;
      length += parameters.value(name).length;
      return { name, start, end: length };
    });
    this.length = length;
  }

  // The views are asked for each time, because a view is dead once its memory has grown.
  read(kind: "value" | "gradient"): Float64Array {
    const vector = new Float64Array(this.length);
    for (const { name, start } of this.places) vector.set(this.#parameters[kind](name), start);
    return vector;
  }

  write(values: Float64Array): void {
    for (const { name, start, end } of this.places) {
      this.#parameters.value(name).set(values.subarray(start, end));
    }
  }

  nonFinite(kind: "value" | "gradient"): string | null {
    for (const { name } of this.places) {
      const view = this.#parameters[kind](name);
      for (let i = 0; i < view.length; i++) {
        if (!Number.isFinite(view[i])) return `the ${kind} of '${name}' is ${view[i]} at index ${i}`;
      }
    }
    return null;
  }

  checkFinite(kind: "value" | "gradient"): void {
    const where = this.nonFinite(kind);
    if (where !== null) throw new Error(`lbfgs: ${where}`);
  }
}

// Saving and restoring.

const vectorNames = (history: number): string[] => [
  "direction",
  "previousGradient",
  ...Array.from({ length: history }, (_, i) => [`y${i}`, `s${i}`]).flat(),
];

function save(
  { iterations, evaluations, last }: LbfgsMemory,
  step: number,
  { places }: ParameterVector,
): LbfgsSaved {
  const moves = last?.moves ?? [];
  const vectors = last ? [last.direction, last.gradient, ...moves.flatMap(({ y, s }) => [y, s])] : [];
  const names = vectorNames(moves.length);
  const tensors = places.map(({ name, start, end }) => {
    return [name, Object.fromEntries(vectors.map((vector, i) => [names[i], vector.slice(start, end)]))];
  });
  const scalars = last && {
    t: last.t,
    scale: last.scale,
    previousLoss: last.loss,
    ...Object.fromEntries(moves.map(({ rho }, i) => [`rho${i}`, rho])),
  };
  return {
    optimizer: "lbfgs",
    step,
    tensors: Object.fromEntries(tensors),
    scalars: { iterations, evaluations, history: moves.length, ...scalars },
  };
}

function load(saved: LbfgsSaved, vector: ParameterVector, historySize: number): LbfgsMemory {
  const refuse = (what: string, expected: unknown, found: unknown): never => {
    throw new Error(`lbfgs: cannot restore ${what}: expected ${expected}, found ${found}`);
  };
  const count = (what: string, found: unknown): number =>
    Number.isSafeInteger(found) && Number(found) >= 0 ? Number(found) : refuse(what, "a count", found);
  const scalar = (name: string): number => {
    const found = saved.scalars?.[name];
    return Number.isFinite(found) ? Number(found) : refuse(`scalar '${name}'`, "a finite number", found);
  };

  if (saved?.optimizer !== "lbfgs") refuse("the optimizer", "'lbfgs'", saved?.optimizer);
  count("the step", saved.step);
  const iterations = count("scalar 'iterations'", saved.scalars?.iterations);
  const evaluations = count("scalar 'evaluations'", saved.scalars?.evaluations);
  const history = count("scalar 'history'", saved.scalars?.history);
  const names = iterations === 0 ? [] : vectorNames(history);

  const savedTensors = new Map(Object.entries(saved.tensors ?? {}));
  const vectors = new Map(names.map((name) => [name, new Float64Array(vector.length)]));
  for (const { name: tensor, start, end } of vector.places) {
    const slices = savedTensors.get(tensor);
    const expected = `${end - start} elements`;
    if (slices === undefined) return refuse(`tensor '${tensor}'`, expected, "no such tensor");
    for (const [name, whole] of vectors) {
      const slice: unknown = slices[name];
      const found = slice instanceof Float64Array ? `${slice.length} elements` : "no Float64Array";
      if (!(slice instanceof Float64Array) || found !== expected) {
        return refuse(`'${name}' of tensor '${tensor}'`, expected, found);
      }
      whole.set(slice, start);
    }
    const extra = Object.keys(slices).find((name) => !vectors.has(name));
    if (extra !== undefined) refuse(`'${extra}' of tensor '${tensor}'`, "no such vector", "it");
    savedTensors.delete(tensor);
  }
  for (const tensor of savedTensors.keys()) refuse(`tensor '${tensor}'`, "no such tensor", "it");
  if (iterations === 0) return { iterations, evaluations, last: null };

  const whole = (name: string) => vectors.get(name) as Float64Array;
  const moves = Array.from({ length: history }, (_, i) => ({
    y: whole(`y${i}`),
    s: whole(`s${i}`),
    rho: scalar(`rho${i}`),
  }));
  const last: Iteration = {
    direction: whole("direction"),
    gradient: whole("previousGradient"),
    t: scalar("t"),
    scale: scalar("scale"),
    loss: scalar("previousLoss"),
    // A shorter memory than the one that was saved keeps the newest.
    moves: moves.slice(-historySize),
  };
  return { iterations, evaluations, last };
}

// Validation.

function checkHyperparameters(given: Partial<LbfgsHyperparameters>): LbfgsHyperparameters {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(defaults, name)) continue;
    throw new Error(`lbfgs: unknown hyperparameter '${name}': ${suggest(name, Object.keys(defaults))}`);
  }
  const all = { ...defaults, ...given };
  if (typeof all.lr !== "function") checkNumber("lr", all.lr, ", or a function of the step");
  checkCount("maxIter", all.maxIter);
  if (all.maxEval !== null) checkCount("maxEval", all.maxEval, ", or null");
  checkNumber("toleranceGrad", all.toleranceGrad);
  checkNumber("toleranceChange", all.toleranceChange);
  checkCount("historySize", all.historySize);
  if (all.lineSearchFn !== null && all.lineSearchFn !== "strong_wolfe") {
    outOfRange("lineSearchFn", all.lineSearchFn, "null or 'strong_wolfe'");
  }
  if (typeof all.maximize !== "boolean") outOfRange("maximize", all.maximize, "true or false");
  return all;
}

function checkNumber(name: string, value: unknown, or = ""): number {
  if (Number.isFinite(value) && Number(value) >= 0) return Number(value);
  return outOfRange(name, value, `a number in [0, inf)${or}`);
}

function checkCount(name: string, value: unknown, or = ""): void {
  if (!Number.isSafeInteger(value) || Number(value) < 1) {
    outOfRange(name, value, `a whole number in [1, inf)${or}`);
  }
}

function outOfRange(name: string, value: unknown, expected: string): never {
  const found = typeof value === "string" ? `'${value}'` : String(value);
  throw new RangeError(`lbfgs: ${name} = ${found}: expected ${expected}`);
}
