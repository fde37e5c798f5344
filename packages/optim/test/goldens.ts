import { readFileSync } from "node:fs";
import type { Hyperparameters } from "../src/definition/hyperparameters.ts";
import {
  cautious,
  cautiousWeightDecay,
  mechanic,
  momo,
  type Optimizer,
  optimizers,
  type StepFunction,
} from "../src/index.ts";
import type { HyperparameterValue } from "../src/rule/rule.ts";
import { type AnyOptimizer, OPTIMIZER_TABLE } from "./optimizer-table.ts";
import type { Numbers, Tensor } from "./run.ts";

/** Results of another library: each tensor after some of the steps. */
export interface Golden {
  readonly label: string;
  readonly optimizer: (settings: Hyperparameters) => Optimizer;
  readonly settings: Hyperparameters;
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly steps: number;
  /** Returns the gradient of a tensor in a 1-based step. */
  readonly gradient: (tensor: string, step: number) => Numbers;
  readonly expected: (step: number) => Readonly<Record<string, readonly number[]>> | undefined;
  /** Evaluation weights after the last step. */
  readonly evaluation?: Readonly<Record<string, readonly number[]>>;
  /** True for PyTorch's Muon, which computes in bfloat16. */
  readonly approximate: boolean;
}

const read = (file: string) => JSON.parse(readFileSync(new URL(`./fixtures/${file}`, import.meta.url), "utf8"));

interface PythonCase {
  /** PyTorch's or Optax's name. */
  readonly optimizer: string;
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  /** `constant`, or `scheduled: ...`. */
  readonly lr?: string;
  readonly shape?: readonly number[];
  readonly parameters: Readonly<Record<number, number[]>>;
}

const file = read("optimizers.json");

/** Optimizers with goldens in fixtures/optimizers.json. */
export const goldenNames: readonly string[] = [...file.cases, ...file.matrix.cases].map(
  ({ optimizer }: PythonCase) => optimizer,
);

/** Returns all goldens of fixtures/optimizers.json for rows of the table. */
export function pythonGoldens(): Golden[] {
  const ofRow = (cases: PythonCase[], start: number[], gradients: number[][]): Golden[] =>
    OPTIMIZER_TABLE.flatMap(({ optimizer, golden }) =>
      cases
        .filter((entry) => entry.optimizer === golden)
        .map((entry) => {
          const { shape = [start.length], parameters } = entry;
          const settings = fromPython(entry.hyperparameters);
          const isScheduled = entry.lr?.startsWith("scheduled") ?? false;
          return {
            label: `${optimizer.name} ${JSON.stringify(settings)}${isScheduled ? ", rate scheduled" : ""}`,
            optimizer,
            settings: isScheduled ? scheduled(optimizer, settings, (step) => file.lrFactor[step]) : settings,
            tensors: { x: { shape, start } },
            steps: file.steps,
            gradient: (_: string, step: number) => gradients[step - 1] as number[],
            expected: (step: number) => parameters[step] && { x: parameters[step] },
            approximate: golden === "Muon",
          };
        }),
    );
  const { matrix } = file;
  return [...ofRow(file.cases, file.start, file.gradients), ...ofRow(matrix.cases, matrix.start, matrix.gradients)];
}

/** Names that differ by more than their case; a tuple becomes several names. */
const RENAMED: Readonly<Record<string, readonly string[]>> = {
  learning_rate: ["lr"],
  b1: ["beta1"],
  b2: ["beta2"],
  betas: ["beta1", "beta2"],
  etas: ["etaMinus", "etaPlus"],
  step_sizes: ["stepSizeMin", "stepSizeMax"],
};

/** Converts PyTorch's or Optax's arguments to this library's names; `None` becomes the default. */
function fromPython(given: PythonCase["hyperparameters"]): Record<string, HyperparameterValue> {
  const pairs = Object.entries(given).filter(([, value]) => value !== null);
  return Object.fromEntries(
    pairs.flatMap(([name, value]) => {
      const names = RENAMED[name] ?? [name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())];
      const values = (Array.isArray(value) ? value : [value]) as HyperparameterValue[];
      return names.map((ours, i) => [ours, values[i] as HyperparameterValue]);
    }),
  );
}

/** Entry of fixtures/optimizers-more.json or additions.json, with this library's names. */
interface MoreCase {
  readonly optimizer: keyof typeof optimizers | "momo";
  readonly hyperparameters: Hyperparameters;
  /** Shape of each tensor. */
  readonly shapes: number[][];
  readonly parameters: Readonly<Record<number, number[][]>>;
  readonly evaluation?: number[][];
  readonly falling?: boolean;
  readonly approximate?: boolean;
  readonly wrapper?: keyof typeof WRAPPERS;
}

const WRAPPERS = {
  cautious,
  mechanic: (optimizer: Optimizer) => mechanic(optimizer, { firstFactor: 0.01 }),
  cautiousWeightDecay: (optimizer: Optimizer) => cautiousWeightDecay(optimizer, { decay: 0.1 }),
};

/** Returns all goldens of a file whose start and gradients are computed by `exactNumber`. */
export function moreGoldens(file: "optimizers-more.json" | "additions.json"): Golden[] {
  const { cases, steps }: { cases: MoreCase[]; steps: number } = read(file);
  return cases.map(({ shapes, hyperparameters, parameters, evaluation, ...entry }) => {
    // MoMo is not in the registry, because it needs losses.
    const plain: AnyOptimizer = entry.optimizer === "momo" ? momo : optimizers[entry.optimizer];
    const losses = entry.optimizer === "momo" ? { loss: (step: number) => 4 / (1 + step / 8) } : {};
    const wrap = entry.wrapper && WRAPPERS[entry.wrapper];
    const optimizer = (own: Hyperparameters): Optimizer => (wrap ? wrap(plain(own as never)) : plain(own as never));
    const sizes = shapes.map((shape) => shape.reduce((product, length) => product * length, 1));
    const numbers = (tensor: number, step: number): number[] =>
      Array.from({ length: sizes[tensor] as number }, (_, i) => exactNumber(i, step, tensor));
    return {
      label: `${entry.wrapper ?? ""} ${plain.name} ${JSON.stringify(hyperparameters)}, ${JSON.stringify(shapes)}`,
      optimizer,
      settings: entry.falling
        ? scheduled(plain, hyperparameters, (step) => 1 / (1 + step / 4))
        : { ...hyperparameters, ...losses },
      tensors: numbered(shapes.map((shape, i) => ({ shape, start: numbers(i, 0) }))),
      steps,
      gradient: (tensor: string, step: number) => numbers(Number(tensor), step),
      expected: (step: number) => parameters[step] && numbered(parameters[step]),
      ...(evaluation ? { evaluation: numbered(evaluation) } : {}),
      approximate: entry.approximate ?? false,
    };
  });
}

/** Returns `number` of fixtures/optimizers-more.py: a gradient element, or the start at step 0. */
function exactNumber(element: number, step: number, tensor: number): number {
  if (step > 0 && (element + step) % 11 === 0) return 0;
  return ((((element * 37 + step * 101 + tensor * 53 + 11) * 7919) % 1009) - 400) / 256;
}

const numbered = <T>(values: readonly T[]): Record<string, T> =>
  Object.fromEntries(values.map((value, i) => [i, value]));

function scheduled(optimizer: AnyOptimizer, settings: Hyperparameters, factor: StepFunction): Hyperparameters {
  const base = (settings.lr ?? optimizer.hyperparameters.lr) as number;
  return { ...settings, lr: (step: number) => base * factor(step) };
}
