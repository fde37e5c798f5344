import {
  checkHyperparameters,
  type HyperparameterSpace,
  type StepFunction,
  valuesAt,
} from "../../definition/hyperparameters.ts";

export interface LbfgsHyperparameters {
  /** Length of each move along its direction, or the first length that a line search tries. Default 1. */
  readonly lr: number;
  /** Maximum number of iterations in a step, each of them a direction and a move along it. Default 20. */
  readonly maxIter: number;
  /** Maximum number of evaluations in a step; a line search may make one more. Default `null`: 5/4 of `maxIter`. */
  readonly maxEval: number | null;
  /** Largest gradient element at which a step ends. Default 1e-7. */
  readonly toleranceGrad: number;
  /** Change of the loss, or of every weight, below which a step ends. Default 1e-9. */
  readonly toleranceChange: number;
  /** Number of past moves from which the curvature is estimated. Default 100; 5 to 20 are often enough. */
  readonly historySize: number;
  /** Method for the length of a move: `"strong_wolfe"`, or `null` (default) for `lr` itself. */
  readonly lineSearchFn: "strong_wolfe" | null;
  /** True to climb instead of descending. Default false. */
  readonly maximize: boolean;
}

/** Hyperparameters of one step. */
export interface LbfgsValues extends LbfgsHyperparameters {
  readonly maxEval: number;
}

/** Hyperparameters as a caller gives them; numbers may be functions of the step. */
export type LbfgsArguments = {
  readonly [K in keyof LbfgsHyperparameters]?: number extends LbfgsHyperparameters[K]
    ? LbfgsHyperparameters[K] | StepFunction
    : LbfgsHyperparameters[K];
};

export type CompleteLbfgsArguments = Required<LbfgsArguments>;

export const DEFAULTS = {
  lr: 1,
  maxIter: 20,
  maxEval: null,
  toleranceGrad: 1e-7,
  toleranceChange: 1e-9,
  historySize: 100,
  lineSearchFn: null,
  maximize: false,
} as const;

const SPACE: HyperparameterSpace = {
  defaults: DEFAULTS,
  ranges: {
    maxIter: "[1, inf) whole",
    maxEval: "[1, inf) whole",
    toleranceGrad: "[0, inf)",
    toleranceChange: "[0, inf)",
    historySize: "[1, inf) whole",
  },
  choices: { lineSearchFn: ["strong_wolfe"] },
};

/**
 * Fills in defaults.
 * @throws if a hyperparameter is unknown or out of range
 */
export function withDefaults(given: LbfgsArguments): CompleteLbfgsArguments {
  checkHyperparameters("lbfgs", SPACE, given);
  return { ...DEFAULTS, ...given };
}

/**
 * Returns the hyperparameters of a step.
 * @throws if a function of the step leaves its hyperparameter's range
 */
export function valuesAtStep(settings: CompleteLbfgsArguments, step: number): LbfgsValues {
  const values = valuesAt("lbfgs", SPACE, settings, step) as unknown as LbfgsHyperparameters;
  return { ...values, maxEval: values.maxEval ?? Math.floor((values.maxIter * 5) / 4) };
}
