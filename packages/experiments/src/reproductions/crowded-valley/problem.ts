import { type DataSet, subset } from "@downhill/images";
import { type OptimizerFactory, optimizers } from "@downhill/optim";
import type { ReproductionContext } from "../running/context.ts";
import type { SeedlessSettings } from "../running/train-settings.ts";

/** Test problem: images, and the settings of each training on them. */
export interface TestProblem {
  readonly data: string;
  readonly settings: Omit<SeedlessSettings, "lr" | "optimizer">;
}

const SETTINGS: TestProblem["settings"] = {
  model: "mlp",
  modelOptions: { hidden: [64] },
  schedule: "constant",
  batchSize: 32,
  augment: [],
};

/** Returns two test problems: the images of the reproduction, by default small gray ones, and small color photographs. */
export const problemsOf = ({ data, quick }: ReproductionContext): TestProblem[] => [
  { data, settings: { ...SETTINGS, epochs: quick ? 1 : 4 } },
  { data: quick ? data : "cifar10", settings: { ...SETTINGS, epochs: quick ? 1 : 6 } },
];

/** Returns the held-out images of one of two disjoint halves: 0 to tune on, 1 to compare on. */
export function withHalf(data: DataSet, half: 0 | 1): DataSet {
  const held = data.test ?? data.validation;
  if (held === null) return data;
  const indices = Array.from({ length: held.length }, (_, i) => i).filter((i) => i % 2 === half);
  return { ...data, test: subset(held, indices) };
}

/** Optimizer of the library with its documented hyperparameters. */
export interface Candidate {
  readonly name: string;
  /** Documented learning rate. */
  readonly lr: number;
  /** Other documented hyperparameters, stated in full because the recipe of a model may differ. */
  readonly hyperparameters: Readonly<Record<string, number | boolean>>;
}

/** Returns all optimizers of the library. */
export const candidates = (): Candidate[] =>
  Object.entries(optimizers as Readonly<Record<string, OptimizerFactory>>).map(([name, factory]) => {
    const { lr, maximize: _, ...others } = factory.hyperparameters as Readonly<Record<string, unknown>>;
    const plain = Object.entries(others).filter(([, value]) => typeof value === "number" || typeof value === "boolean");
    return {
      name,
      lr: lr as number,
      hyperparameters: Object.fromEntries(plain) as Candidate["hyperparameters"],
    };
  });
