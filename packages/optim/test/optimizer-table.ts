import * as optim from "../src/index.ts";
import type { HyperparameterValue } from "../src/rule/rule.ts";

/** Any optimizer of the library with unchecked hyperparameters, because tests take them from tables and generators. */
// biome-ignore lint/suspicious/noExplicitAny: the type parameter only names hyperparameters
export type AnyOptimizer = optim.OptimizerFactory<any>;

export interface OptimizerRow {
  readonly optimizer: AnyOptimizer;
  /** Name in fixtures/optimizers.json: PyTorch's or Optax's; null if neither has it, as those of additions.json. */
  readonly golden: string | null;
  /** Defaults of all hyperparameters except `maximize`: a changed default changes everybody's results. */
  readonly defaults: Readonly<Record<string, HyperparameterValue>>;
  /** Hyperparameters with which 500 steps descend a quadratic bowl, and reach Rosenbrock's valley. */
  readonly descent: Readonly<Record<string, HyperparameterValue>>;
}

/** One row per optimizer. */
export const OPTIMIZER_TABLE: readonly OptimizerRow[] = [
  {
    optimizer: optim.sgd,
    golden: "SGD",
    defaults: { lr: 1e-3, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, lrInMomentum: false },
    descent: { lr: 1e-3, momentum: 0.9 },
  },
  {
    optimizer: optim.signSgd,
    golden: "sign_sgd",
    defaults: { lr: 1e-4 },
    descent: { lr: 0.01 },
  },
  {
    optimizer: optim.lion,
    golden: "lion",
    defaults: { lr: 1e-4, beta1: 0.9, beta2: 0.99, weightDecay: 1e-3 },
    descent: { lr: 0.01 },
  },
  {
    optimizer: optim.signum,
    golden: "signum",
    defaults: { lr: 1e-4, beta: 0.9 },
    descent: { lr: 0.01 },
  },
  {
    optimizer: optim.rprop,
    golden: "Rprop",
    defaults: { lr: 1e-2, etaMinus: 0.5, etaPlus: 1.2, stepSizeMin: 1e-6, stepSizeMax: 50 },
    descent: {},
  },
  {
    optimizer: optim.asgd,
    golden: "ASGD",
    defaults: { lr: 1e-2, lambd: 1e-4, alpha: 0.75, t0: 1e6, weightDecay: 0 },
    descent: { lr: 1e-3 },
  },
  {
    optimizer: optim.adagrad,
    golden: "Adagrad",
    defaults: {
      lr: 1e-2,
      lrDecay: 0,
      weightDecay: 0,
      initialAccumulatorValue: 0,
      eps: 1e-10,
      epsInRoot: false,
    },
    descent: { lr: 0.5 },
  },
  {
    optimizer: optim.rmsprop,
    golden: "RMSprop",
    defaults: {
      lr: 1e-2,
      alpha: 0.99,
      eps: 1e-8,
      weightDecay: 0,
      momentum: 0,
      centered: false,
      epsInRoot: false,
      lrInMomentum: false,
    },
    descent: {},
  },
  {
    optimizer: optim.adadelta,
    golden: "Adadelta",
    defaults: { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0 },
    descent: { eps: 1e-4 },
  },
  {
    optimizer: optim.adam,
    golden: "Adam",
    defaults: {
      lr: 1e-3,
      beta1: 0.9,
      beta2: 0.999,
      eps: 1e-8,
      weightDecay: 0,
      amsgrad: false,
      epsHat: false,
    },
    descent: { lr: 0.02 },
  },
  {
    optimizer: optim.adamw,
    golden: "AdamW",
    defaults: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 1e-2, amsgrad: false },
    descent: { lr: 0.02 },
  },
  {
    optimizer: optim.adamax,
    golden: "Adamax",
    defaults: { lr: 2e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 },
    descent: { lr: 0.02 },
  },
  {
    optimizer: optim.adamaxw,
    golden: "adamaxw",
    defaults: { lr: 2e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 1e-4 },
    descent: { lr: 0.02 },
  },
  {
    optimizer: optim.nadam,
    golden: "NAdam",
    defaults: {
      lr: 2e-3,
      beta1: 0.9,
      beta2: 0.999,
      eps: 1e-8,
      weightDecay: 0,
      momentumDecay: 4e-3,
      decoupledWeightDecay: false,
    },
    descent: { lr: 0.02 },
  },
  {
    optimizer: optim.radam,
    golden: "RAdam",
    defaults: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0, decoupledWeightDecay: false },
    descent: { lr: 5e-3, beta2: 0.9 },
  },
  {
    optimizer: optim.adafactor,
    golden: "Adafactor",
    defaults: { lr: 1e-2, beta2Decay: -0.8, eps1: 0, eps2: 1e-3, d: 1, weightDecay: 0 },
    descent: { lr: 0.02 },
  },
  {
    optimizer: optim.lamb,
    golden: "lamb",
    defaults: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-6, weightDecay: 0 },
    descent: { lr: 0.02 },
  },
  {
    optimizer: optim.lars,
    golden: "lars",
    defaults: { lr: 1, momentum: 0.9, weightDecay: 0, trustCoefficient: 1e-3, eps: 0, nesterov: false },
    descent: {},
  },
  {
    optimizer: optim.yogi,
    golden: "yogi",
    defaults: { lr: 1e-2, beta1: 0.9, beta2: 0.999, eps: 1e-3, initialAccumulatorValue: 1e-6 },
    descent: { lr: 0.02 },
  },
  {
    optimizer: optim.adabelief,
    golden: "adabelief",
    defaults: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-16, epsRoot: 1e-16 },
    descent: { lr: 0.02 },
  },
  {
    optimizer: optim.adan,
    golden: "adan",
    defaults: { lr: 1e-3, beta1: 0.98, beta2: 0.92, beta3: 0.99, eps: 1e-8, epsRoot: 1e-8, weightDecay: 0 },
    descent: { lr: 0.02 },
  },
  {
    optimizer: optim.novograd,
    golden: "novograd",
    defaults: { lr: 1e-2, beta1: 0.9, beta2: 0.25, eps: 1e-6, weightDecay: 0 },
    descent: { lr: 1e-3 },
  },
  {
    optimizer: optim.sm3,
    golden: "sm3",
    defaults: { lr: 0.1, momentum: 0.9, eps: 1e-8 },
    descent: { lr: 0.5 },
  },
  {
    optimizer: optim.adopt,
    golden: "adopt",
    defaults: { lr: 1e-3, beta1: 0.9, beta2: 0.9999, eps: 1e-6, useClipping: true },
    descent: { lr: 0.02, beta2: 0.99 },
  },
  {
    optimizer: optim.ademamix,
    golden: "ademamix",
    defaults: { lr: 1e-3, beta1: 0.9, beta2: 0.999, beta3: 0.9999, alpha: 5, eps: 1e-8, weightDecay: 0 },
    descent: { lr: 0.02 },
  },
  {
    optimizer: optim.qhadam,
    golden: null,
    defaults: { lr: 1e-3, beta1: 0.995, beta2: 0.999, nu1: 0.7, nu2: 1, eps: 1e-8, weightDecay: 0 },
    descent: { lr: 0.02, beta1: 0.9 },
  },
  {
    optimizer: optim.aggmo,
    golden: null,
    defaults: { lr: 1e-3, beta1: 0, beta2: 0.9, beta3: 0.99, weightDecay: 0 },
    descent: { lr: 5e-4 },
  },
  {
    optimizer: optim.prodigy,
    golden: "prodigy",
    defaults: {
      lr: 1,
      beta1: 0.9,
      beta2: 0.999,
      beta3: 0,
      eps: 1e-8,
      estimLr0: 1e-6,
      estimLrCoef: 1,
      weightDecay: 0,
      safeguardWarmup: false,
    },
    descent: {},
  },
  {
    optimizer: optim.dadaptAdamw,
    golden: "dadapt_adamw",
    defaults: { lr: 1, beta1: 0.9, beta2: 0.999, eps: 1e-8, estimLr0: 1e-6, weightDecay: 0 },
    descent: {},
  },
  {
    optimizer: optim.madgrad,
    golden: "madgrad",
    defaults: { lr: 1e-2, momentum: 0.9, weightDecay: 0, eps: 1e-6 },
    descent: { lr: 0.02 },
  },
  {
    optimizer: optim.muon,
    golden: "Muon",
    defaults: {
      lr: 1e-3,
      weightDecay: 0.1,
      momentum: 0.95,
      nesterov: true,
      nsA: 3.4445,
      nsB: -4.775,
      nsC: 2.0315,
      eps: 1e-7,
      nsSteps: 5,
      adjustLrFn: "original",
    },
    descent: { lr: 0.02 },
  },
  {
    optimizer: optim.scheduleFreeSgd,
    golden: "schedule_free_sgd",
    defaults: { lr: 1, warmupSteps: 0, beta1: 0.9, weightDecay: 0, weightLrPower: 2 },
    descent: { lr: 2e-3 },
  },
  {
    optimizer: optim.scheduleFreeAdamw,
    golden: "schedule_free_adamw",
    defaults: {
      lr: 2.5e-3,
      warmupSteps: 0,
      beta1: 0.9,
      beta2: 0.999,
      eps: 1e-8,
      weightDecay: 0,
      weightLrPower: 2,
    },
    descent: { lr: 0.02 },
  },
  {
    optimizer: optim.laprop,
    golden: null,
    defaults: { lr: 4e-4, beta1: 0.9, beta2: 0.999, eps: 1e-15, weightDecay: 0 },
    descent: { lr: 0.02 },
  },
  {
    optimizer: optim.mars,
    golden: null,
    defaults: {
      lr: 3e-3,
      beta1: 0.95,
      beta2: 0.99,
      eps: 1e-8,
      gamma: 0.025,
      weightDecay: 0,
      form: "adamw",
      vectors: false,
      nsSteps: 5,
    },
    descent: { lr: 0.02 },
  },
  {
    optimizer: optim.adamuon,
    golden: null,
    defaults: {
      lr: 1e-3,
      weightDecay: 0.1,
      momentum: 0.95,
      beta2: 0.95,
      nesterov: true,
      signs: true,
      eps: 1e-8,
      nsSteps: 5,
    },
    descent: { lr: 0.05 },
  },
  {
    optimizer: optim.normuon,
    golden: null,
    defaults: { lr: 0.02, weightDecay: 0, momentum: 0.95, beta2: 0.95, nesterov: true, nsSteps: 5 },
    descent: {},
  },
  {
    optimizer: optim.soap,
    golden: null,
    defaults: {
      lr: 3e-3,
      beta1: 0.95,
      beta2: 0.95,
      shampooBeta: 0.95,
      eps: 1e-8,
      weightDecay: 0.01,
      every: 10,
      sides: "both",
    },
    descent: { lr: 0.02 },
  },
  {
    optimizer: optim.shampoo,
    golden: null,
    defaults: {
      lr: 1e-3,
      beta1: 0.9,
      beta2: 0.999,
      eps: 1e-12,
      graftingEps: 1e-8,
      weightDecay: 0,
      every: 10,
      sides: "both",
    },
    descent: { lr: 0.02 },
  },
  {
    optimizer: optim.dog,
    golden: null,
    defaults: { lr: 1, repsRel: 1e-6, eps: 1e-8, weightDecay: 0, layerwise: false },
    descent: {},
  },
  {
    optimizer: optim.dowg,
    golden: null,
    defaults: { lr: 1, eps: 1e-4, weightDecay: 0 },
    descent: {},
  },
];
