import { Optimizer } from "@downhill/optim";
import { ConfigError } from "../error.ts";

/** Hyperparameters that can be swept. `momentum` is the optimizer's momentum or beta1. */
export const SWEPT = ["weightDecay", "momentum", "batchSize"] as const;
export type Swept = (typeof SWEPT)[number];

/** Name of the swept hyperparameter in the optimizer's settings, or the batch size. */
export type SweptName = "weightDecay" | "momentum" | "beta1" | "batchSize";

const NAMES: Readonly<Record<Swept, readonly SweptName[]>> = {
  weightDecay: ["weightDecay"],
  momentum: ["momentum", "beta1"],
  batchSize: ["batchSize"],
};

/**
 * Returns the name of the swept hyperparameter.
 * @throws ConfigError if the optimizer has no such hyperparameter
 */
export function sweptName(optimizer: Optimizer, sweep: Swept): SweptName {
  if (sweep === "batchSize") return sweep;
  const name = NAMES[sweep].find((one) => Object.hasOwn(optimizer.parts.space.defaults, one));
  if (name === undefined) {
    throw new ConfigError(
      `optimizer = '${optimizer.name}': it has no ${NAMES[sweep].join(" or ")} to sweep. Expected an optimizer that has, such as sgd or adamw.`,
    );
  }
  return name;
}

/** Half decades where most good values are, and 0 for no weight decay. */
const WEIGHT_DECAYS = [0, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1];
const MOMENTA = [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99];
const BATCH_FACTORS = [1 / 4, 1 / 2, 1, 2, 4, 8, 16];

/**
 * Returns the default values of a sweep, as far as the optimizer allows them. Batch sizes are a quarter to 16 times the
 * configured one.
 */
export function defaultValues(
  optimizer: Optimizer,
  name: SweptName,
  { batchSize, images }: { readonly batchSize: number; readonly images: number },
): number[] {
  if (name === "batchSize") {
    return BATCH_FACTORS.map((factor) => factor * batchSize).filter((size) => Number.isInteger(size) && size <= images);
  }
  const values = name === "weightDecay" ? WEIGHT_DECAYS : MOMENTA;
  return values.filter((value) => problemOf(optimizer, name, value) === null);
}

/** Returns the optimizer with another value. Parameter groups with a separate value keep it. */
export const withValue = ({ parts }: Optimizer, name: SweptName, value: number): Optimizer =>
  name === "batchSize"
    ? new Optimizer(parts)
    : new Optimizer({ ...parts, hyperparameters: { ...parts.hyperparameters, [name]: value } });

/** Returns why the optimizer rejects a value, as Nesterov momentum rejects 0; null if it accepts it. */
export function problemOf(optimizer: Optimizer, name: SweptName, value: number): string | null {
  try {
    withValue(optimizer, name, value);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
