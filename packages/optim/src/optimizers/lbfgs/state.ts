import {
  countMisfit,
  described,
  fieldsMisfit,
  optimizerMisfit,
  recordMisfit,
  type TensorLayout,
  tensorsMisfit,
} from "../../updater/misfit.ts";
import type { TensorState } from "../../updater/state.ts";
import type { Memory } from "./algorithm.ts";
import type { FlatTensors } from "./vector.ts";

/**
 * Saved state of L-BFGS: a plain object that structured clone, or any serializer that supports typed arrays, preserves.
 */
export interface LbfgsState {
  readonly optimizer: "lbfgs";
  /** Number of steps taken. */
  readonly step: number;
  /** Numbers of `iterations`, `evaluations` and remembered moves (`history`), and the numbers of the last iteration. */
  readonly scalars: Readonly<Record<string, number>>;
  /**
   * After the first iteration, each tensor's part of its `direction` and `previousGradient`, and of the remembered
   * changes of the gradient, `y0`, `y1`, ..., and of the weights, `s0`, `s1`, ..., oldest first. Copies, in float64.
   */
  readonly tensors: Readonly<Record<string, TensorState>>;
}

export function saveState({ iterations, evaluations, last }: Memory, step: number, flat: FlatTensors): LbfgsState {
  const moves = last?.moves ?? [];
  const vectors = last ? [last.direction, last.gradient, ...moves.flatMap(({ y, s }) => [y, s])] : [];
  const names = vectorNames(moves.length);
  const tensors = flat.slots.map(({ name, dimensions: shape, start, end }) => {
    const values = Object.fromEntries(vectors.map((vector, i) => [names[i], vector.slice(start, end)]));
    return [name, { shape, values }];
  });
  const rhos = Object.fromEntries(moves.map(({ rho }, i) => [`rho${i}`, rho]));
  const counts = { iterations, evaluations, history: moves.length };
  return {
    optimizer: "lbfgs",
    step,
    scalars: last ? { ...counts, t: last.t, scale: last.scale, previousLoss: last.loss, ...rhos } : counts,
    tensors: Object.fromEntries(tensors),
  };
}

/**
 * Restores the memory from a saved state.
 * @throws if the state does not fit, naming the first difference
 */
export function loadState(saved: LbfgsState, flat: FlatTensors): Memory {
  const difference = firstDifference(saved, flat);
  if (difference) throw new Error(`the saved state does not fit: ${difference}`);
  const { scalars, tensors } = saved;
  const number = (name: string) => scalars[name] as number;
  const [iterations, evaluations] = [number("iterations"), number("evaluations")];
  if (iterations === 0) return { iterations, evaluations, last: null };

  const vector = (name: string) => {
    const whole = new Float64Array(flat.length);
    for (const slot of flat.slots) whole.set(tensors[slot.name]?.values[name] as Float64Array, slot.start);
    return whole;
  };
  const last = {
    direction: vector("direction"),
    gradient: vector("previousGradient"),
    t: number("t"),
    scale: number("scale"),
    loss: number("previousLoss"),
    moves: Array.from({ length: number("history") }, (_, i) => {
      return { y: vector(`y${i}`), s: vector(`s${i}`), rho: number(`rho${i}`) };
    }),
  };
  return { iterations, evaluations, last };
}

const vectorNames = (history: number): string[] => [
  "direction",
  "previousGradient",
  ...Array.from({ length: history }, (_, i) => [`y${i}`, `s${i}`]).flat(),
];

const numberNames = (history: number): string[] => [
  "t",
  "scale",
  "previousLoss",
  ...Array.from({ length: history }, (_, i) => `rho${i}`),
];

/** Returns the first difference between a saved state and the tensors; null if it fits. */
function firstDifference(saved: LbfgsState, { slots }: FlatTensors): string | null {
  const misfit = optimizerMisfit(saved, "lbfgs") ?? countMisfit("step", saved.step);
  if (misfit) return misfit;
  const { scalars: given = {} } = saved as { scalars?: unknown };
  const none = recordMisfit("its scalars", given);
  if (none) return none;
  const scalars = given as Readonly<Record<string, unknown>>;
  for (const name of COUNTS) {
    const count = countMisfit(name, scalars[name]);
    if (count) return count;
  }
  const hasIterated = Number(scalars.iterations) > 0;
  const history = Number(scalars.history);
  const numbers = hasIterated ? numberNames(history) : [];
  for (const name of numbers) {
    if (!Number.isFinite(scalars[name])) return `its ${name} is ${described(scalars[name])}, not a finite number`;
  }
  const vectors = hasIterated ? vectorNames(history) : [];
  const layouts = slots.map(({ name, dimensions: shape, start, end }): [string, TensorLayout] => [
    name,
    { shape, states: new Map(vectors.map((vector) => [vector, end - start])) },
  ]);
  return (
    tensorsMisfit(saved.tensors, new Map(layouts), "float64", "which is not kept here") ??
    fieldsMisfit("it", { ...saved }, ["optimizer", "step", "scalars", "tensors"], "lbfgs") ??
    fieldsMisfit("its scalars", scalars, [...COUNTS, ...numbers], "lbfgs")
  );
}

const COUNTS = ["iterations", "evaluations", "history"];
