import {
  checkHyperparameters,
  type HyperparameterSpace,
  type StepFunction,
  valuesAt,
} from "../../definition/hyperparameters.ts";

export interface LbfgsHyperparameters {
  /** How far each iteration goes along its direction, or first tries to. Default 1. */
  readonly lr: number;
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

/** The hyperparameters of one step. */
export interface LbfgsValues extends LbfgsHyperparameters {
  readonly maxEval: number;
}

/** What may be given: numbers may be functions of the step. */
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

/** @throws if a hyperparameter is unknown or out of range */
export function withDefaults(given: LbfgsArguments): CompleteLbfgsArguments {
  checkHyperparameters("lbfgs", SPACE, given);
  return { ...DEFAULTS, ...given };
}

/** @throws if a function of the step leaves its hyperparameter's range */
export function valuesAtStep(settings: CompleteLbfgsArguments, step: number): LbfgsValues {
  const values = valuesAt("lbfgs", SPACE, settings, step) as unknown as LbfgsHyperparameters;
  return { ...values, maxEval: values.maxEval ?? Math.floor((values.maxIter * 5) / 4) };
}
