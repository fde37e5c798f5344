import type { OpenRun } from "@downhill/train";

/** Learning rate in force at a step, and the curvature up to which it is stable. */
export interface Stability {
  readonly lr: number;
  readonly momentum: number;
  /** Largest stable eigenvalue of the Hessian; null if the rule has no bound by the rate alone. */
  readonly threshold: number | null;
}

/** Hyperparameters of a step by name. */
type StepValues = Readonly<Record<string, number>>;

/**
 * Returns the learning rate at weights of a run, and the eigenvalue of the Hessian above which full-batch gradient descent
 * at this rate diverges on a quadratic function (Cohen et al. 2021, https://arxiv.org/abs/2103.00065): 2 / lr, with
 * momentum m (2 + 2 m) / lr, and with Nesterov's momentum (2 + 2 m) / ((1 + 2 m) lr).
 * @param steps lines of the run's steps; the line of step n is that of the update after n steps
 * @param step number of steps after which the run had the weights
 */
export function stabilityAt({ facts }: Pick<OpenRun, "facts">, steps: readonly StepValues[], step: number): Stability {
  // After the last step there is no next update.
  const values: StepValues = steps[Math.min(step, steps.length - 1)] ?? {};
  const { hyperparameters, name } = facts.optimizer;
  const of = (key: string): number => {
    const [inForce, first] = [values[key], hyperparameters[key]];
    return inForce ?? (typeof first === "number" ? first : 0);
  };
  const [lr, momentum, dampening] = [of("lr"), of("momentum"), of("dampening")];
  const nesterov = hyperparameters.nesterov === true;
  const rate = momentum > 0 ? lr * (1 - dampening) : lr;
  const threshold = (2 + 2 * momentum) / (rate * (nesterov ? 1 + 2 * momentum : 1));
  return { lr, momentum, threshold: name === "sgd" && Number.isFinite(threshold) ? threshold : null };
}
