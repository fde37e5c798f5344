import type { Dtype } from "../../parameters/dtype.ts";
import type { Parameters } from "../../parameters/parameters.ts";
import { NonFiniteGradientError } from "../../updater/guard.ts";
import { type Memory, takeStep } from "./algorithm.ts";
import { checkGroups, type LbfgsOptions, unfrozen } from "./groups.ts";
import {
  type CompleteLbfgsArguments,
  DEFAULTS,
  type LbfgsArguments,
  type LbfgsHyperparameters,
  type LbfgsValues,
  valuesAtStep,
  withDefaults,
} from "./hyperparameters.ts";
import { type LbfgsState, loadState, saveState } from "./state.ts";
import type { Evaluation } from "./strong-wolfe.ts";
import { FlatTensors, scaled } from "./vector.ts";

export type { LbfgsArguments, LbfgsHyperparameters, LbfgsOptions, LbfgsState, LbfgsValues };

/** L-BFGS with its hyperparameters: bind it to parameters to use it. */
export interface LbfgsOptimizer {
  readonly name: "lbfgs";
  bind(parameters: Parameters<Dtype>): LbfgsUpdater;
}

/** L-BFGS bound to parameters. */
export interface LbfgsUpdater {
  /**
   * Takes one step of up to `maxIter` iterations and returns the loss before it. `closure` computes the loss at the
   * current values, writes the gradients and returns the loss. If it returns a promise, so does the step; await it before
   * any other call.
   * @throws if the closure throws, or a loss, gradient or weight is not finite; values and state are then as before; also
   *   during an asynchronous step
   */
  step(closure: () => number): number;
  step(closure: () => Promise<number>): Promise<number>;
  /** Number of steps taken so far. */
  readonly steps: number;
  /** Values in force at the last step; before the first step, those of step 0. */
  readonly hyperparameters: LbfgsValues;
  /** Copies everything that later steps depend on besides the parameters' values, by tensor name. */
  state(): LbfgsState;
  /**
   * Restores a saved state. Of a longer history, it uses the newest moves.
   * @throws if the state is of another optimizer, or of tensors with other names or shapes: names the first difference,
   *   and changes nothing
   */
  restore(saved: LbfgsState): void;
}

export interface LbfgsFactory {
  (hyperparameters?: LbfgsArguments, options?: LbfgsOptions): LbfgsOptimizer;
  readonly name: string;
  readonly title: string;
  readonly paper: string;
  /** Defaults. */
  readonly hyperparameters: LbfgsHyperparameters;
}

/**
 * L-BFGS: Newton's method with the curvature estimated from the last `historySize` moves, after Liu & Nocedal, "On the
 * limited memory BFGS method for large scale optimization" (1989). Its interface, defaults and arithmetic are those of
 * PyTorch 2.13's `torch.optim.LBFGS`, but it always computes in float64.
 *
 * Use it for smooth losses over all the data at once: a small model, a fitted curve, style transfer. With
 * `lineSearchFn: "strong_wolfe"` it then usually needs far fewer evaluations than Adam, and no tuned rate; without, it
 * can diverge. Do not use it on mini-batches, whose changing loss spoils the estimate, nor where up to 16 *
 * `historySize` bytes per parameter do not fit into memory.
 *
 * All tensors share one estimate, and so one set of hyperparameters; a group can only be frozen: `lbfgs({}, { groups:
 * [{ match: /^backbone/, frozen: true }] })`.
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
 * @example
 * await updater.step(async () => (await trainingStep.run(images, labels)).loss);
 */
export const lbfgs: LbfgsFactory = /* @__PURE__ */ Object.defineProperties(create, {
  name: { value: "lbfgs", enumerable: true },
  title: { value: "L-BFGS", enumerable: true },
  paper: { value: "https://doi.org/10.1007/BF01589116", enumerable: true },
  hyperparameters: { value: DEFAULTS, enumerable: true },
}) as LbfgsFactory;

function create(hyperparameters: LbfgsArguments = {}, { groups = [] }: LbfgsOptions = {}): LbfgsOptimizer {
  const settings = withDefaults(hyperparameters);
  checkGroups(groups);
  return {
    name: "lbfgs",
    bind: (parameters) => bind(settings, new FlatTensors(parameters, unfrozen(groups, parameters.names))),
  };
}

type Step = ReturnType<typeof takeStep>;

function bind(settings: CompleteLbfgsArguments, flat: FlatTensors): LbfgsUpdater {
  let memory: Memory = { iterations: 0, evaluations: 0, last: null };
  let steps = 0;
  /** True while an asynchronous step runs, in which the weights are those of its search. */
  let isRunning = false;
  const checkIdle = (): void => {
    if (isRunning) throw new Error("lbfgs: an asynchronous step is running. Await it first.");
  };

  function finish({ value }: { readonly value: { loss: number; memory: Memory } }, { maximize }: LbfgsValues): number {
    const bad = flat.nonFinite("value");
    if (bad) {
      const { name, index, value } = bad;
      throw new Error(`lbfgs: the value of '${name}' is ${value} at index ${index}, in step ${steps}`);
    }
    memory = value.memory;
    steps++;
    return maximize ? -value.loss : value.loss;
  }

  async function stepAsync(
    run: Step,
    first: Promise<unknown>,
    closure: () => unknown,
    values: LbfgsValues,
    before: Float64Array,
  ): Promise<number> {
    isRunning = true;
    try {
      let next = run.next(evaluationOf(flat, await first, values.maximize, steps));
      while (!next.done) next = run.next(evaluationOf(flat, await closure(), values.maximize, steps));
      return finish(next, values);
    } catch (error) {
      flat.write(before);
      throw error;
    } finally {
      isRunning = false;
    }
  }

  function step(closure: () => unknown): number | Promise<number> {
    checkIdle();
    if (typeof closure !== "function") {
      throw new TypeError("lbfgs evaluates the loss several times a step: call step(() => { ...; return loss; })");
    }
    const values = valuesAtStep(settings, steps);
    const before = flat.read("value");
    try {
      const run = takeStep({ read: () => flat.read("value"), write: (point) => flat.write(point) }, memory, values);
      run.next();
      const first = closure();
      if (first instanceof Promise) return stepAsync(run, first, closure, values, before);
      let next = run.next(evaluationOf(flat, first, values.maximize, steps));
      while (!next.done) next = run.next(evaluationOf(flat, closure(), values.maximize, steps));
      return finish(next, values);
    } catch (error) {
      flat.write(before);
      throw error;
    }
  }

  return {
    step: step as LbfgsUpdater["step"],
    get steps() {
      return steps;
    },
    get hyperparameters() {
      return valuesAtStep(settings, Math.max(0, steps - 1));
    },
    state() {
      checkIdle();
      return saveState(memory, steps, flat);
    },
    restore(saved) {
      checkIdle();
      memory = loadState(saved, flat);
      steps = saved.step;
    },
  };
}

/** Returns the loss that a closure returned, with the gradient that it wrote. */
function evaluationOf(flat: FlatTensors, loss: unknown, maximize: boolean, step: number): Evaluation {
  if (typeof loss !== "number") {
    const found = loss instanceof Promise ? "a promise after a number" : typeof loss;
    throw new TypeError(`lbfgs: the closure must return the loss, a number; it returned ${found}`);
  }
  const bad = flat.nonFinite("gradient");
  if (bad) {
    const { name, index, value } = bad;
    throw new NonFiniteGradientError(name, index, value, step, "All weights are as before the step");
  }
  if (!Number.isFinite(loss)) throw new Error(`lbfgs: the loss is ${loss}, in step ${step}`);
  const gradient = flat.read("gradient");
  return maximize ? { loss: -loss, gradient: scaled(gradient, -1) } : { loss, gradient };
}
