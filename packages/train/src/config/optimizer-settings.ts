import type { OptimizerFactory } from "@downhill/optim";

/** Hyperparameters that differ from an optimizer's defaults, for runs whose optimizer is not the recipe's. */
export interface OptimizerSettings {
  readonly lr: number;
  readonly [hyperparameter: string]: number | boolean | string;
}

/** Weight decay as a term of the gradient (L2), as in the general recipe. */
const L2 = { weightDecay: 5e-4 };
/** Decoupled weight decay, which only the learning rate multiplies, for rates of Adam's magnitude. */
const DECOUPLED = { weightDecay: 0.05 };

/**
 * Settings by optimizer that train small networks on images. The learning rates come from grids with factors of about 3,
 * for LeNet on 500 images of the sample with batch size 64: good after 8 steps, most also after 24, and on the low side
 * of the best, since longer runs need lower rates. Runs that are too short for a range test use them. Weight decays are
 * common values and were not measured. Optimizers that normalize the gradient have no L2, whose effect the normalization
 * would remove. Muon's rate, with AdamW at 2e-3 as its partner, comes from rates of 0.005 to 0.5 and partners' rates of
 * 6e-4 to 6e-3, for LeNet and a ResNet-8 of width 8, after 8 and 24 steps: the ResNet's best rate after 8 steps, and
 * within 2 % of its best loss after 24. LeNet also tolerates three times that rate.
 */
const SETTINGS: Readonly<Record<string, OptimizerSettings>> = {
  sgd: { lr: 0.1, momentum: 0.9, nesterov: true, ...L2 },
  signSgd: { lr: 2e-3 },
  signum: { lr: 2e-3 },
  aggmo: { lr: 0.05, ...L2 },
  lion: { lr: 1e-3, weightDecay: 0.15 },
  adamax: { lr: 5e-3 },
  adamaxw: { lr: 5e-3, ...DECOUPLED },
  novograd: { lr: 0.05, weightDecay: 1e-3 },
  adagrad: { lr: 1e-2 },
  adadelta: { lr: 1 },
  lars: { lr: 3, ...L2 },
  muon: { lr: 0.05 },
  adabelief: { lr: 2e-3 },
  adopt: { lr: 5e-3 },
  adamw: { lr: 2e-3, ...DECOUPLED },
  asgd: { lr: 0.3 },
  yogi: { lr: 2e-2 },
  ademamix: { lr: 2e-3, ...DECOUPLED },
  rmsprop: { lr: 1e-3 },
  scheduleFreeSgd: { lr: 0.3, ...L2 },
  sm3: { lr: 1e-2 },
  adam: { lr: 2e-3 },
  lamb: { lr: 3e-2 },
  qhadam: { lr: 2e-3 },
  adan: { lr: 2e-3, ...DECOUPLED },
  scheduleFreeAdamw: { lr: 2e-3, ...DECOUPLED },
  nadam: { lr: 2e-3 },
  dadaptAdamw: { lr: 1, estimLr0: 1e-3 },
  radam: { lr: 2e-2 },
  adafactor: { lr: 3e-2 },
  prodigy: { lr: 1, estimLr0: 1e-3 },
  laprop: { lr: 3e-3, ...DECOUPLED },
  mars: { lr: 3e-3, ...DECOUPLED },
  adamuon: { lr: 3e-2 },
  normuon: { lr: 0.05 },
  // Bases and roots of both sides would take longer than the gradients of a small network.
  soap: { lr: 3e-3, sides: "smaller", ...DECOUPLED },
  shampoo: { lr: 3e-3, sides: "smaller", ...DECOUPLED },
  dog: { lr: 1, repsRel: 1e-2 },
  dowg: { lr: 1, eps: 1e-2 },
};

/** Returns the settings of an optimizer in a training; its documented defaults if it was not measured. */
export const settingsFor = ({ name, hyperparameters }: OptimizerFactory): OptimizerSettings =>
  SETTINGS[name] ?? { lr: hyperparameters.lr as number };
