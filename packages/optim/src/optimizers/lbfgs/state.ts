import type { TensorState } from "../../updater/state.ts";
import type { Memory } from "./algorithm.ts";
import type { FlatTensors, Slot } from "./vector.ts";

/** A plain object: structured clone, or any serializer that knows typed arrays, keeps it. */
export interface LbfgsState {
  readonly optimizer: "lbfgs";
  /** Steps taken. */
  readonly step: number;
  /** Counts of `iterations`, `evaluations` and remembered moves (`history`), and the numbers of the last iteration. */
  readonly scalars: Readonly<Record<string, number>>;
  /**
   * Once there was an iteration, each tensor's part of its `direction` and `previousGradient`, and of the remembered
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
  return {
    optimizer: "lbfgs",
    step,
    scalars: {
      iterations,
      evaluations,
      history: moves.length,
      ...(last && { t: last.t, scale: last.scale, previousLoss: last.loss, ...rhos }),
    },
    tensors: Object.fromEntries(tensors),
  };
}

/** @throws if the state does not fit, naming the first difference */
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

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

/** The first thing in which a saved state does not fit; null where all fits. */
function firstDifference(saved: LbfgsState, { slots }: FlatTensors): string | null {
  if (saved?.optimizer !== "lbfgs") return `it was saved by '${saved?.optimizer}', and this is 'lbfgs'`;
  const { step, scalars = {}, tensors = {} } = saved;
  if (!isCount(step)) return `its step is ${step}, not a count`;
  for (const name of ["iterations", "evaluations", "history"]) {
    if (!isCount(scalars[name])) return `its ${name} is ${scalars[name]}, not a count`;
  }
  const hasIterated = Number(scalars.iterations) > 0;
  const history = Number(scalars.history);
  for (const name of hasIterated ? numberNames(history) : []) {
    if (!Number.isFinite(scalars[name])) return `its ${name} is ${scalars[name]}, not a finite number`;
  }
  const vectors = new Set(hasIterated ? vectorNames(history) : []);
  for (const slot of slots) {
    const tensor = tensors[slot.name];
    if (!tensor) return `it has no state of tensor '${slot.name}'`;
    const difference = tensorDifference(slot, tensor, vectors);
    if (difference) return difference;
  }
  const extra = Object.keys(tensors).find((name) => slots.every((slot) => slot.name !== name));
  return extra === undefined ? null : `it has state of tensor '${extra}', which is not updated here`;
}

function tensorDifference(
  { name, dimensions, start, end }: Slot,
  tensor: TensorState,
  vectors: Set<string>,
): string | null {
  const [here, saved] = [dimensions, tensor.shape].map((lengths) => JSON.stringify(lengths));
  if (here !== saved) return `tensor '${name}' had shape ${saved} when it was saved, and has ${here} here`;
  const expected = `${end - start} numbers`;
  for (const vector of vectors) {
    const value = tensor.values[vector];
    if (value === undefined) return `tensor '${name}' was saved without its '${vector}'`;
    const length = typeof value === "number" ? "one number" : `${value.length} numbers`;
    if (length === expected) continue;
    return `'${vector}' of tensor '${name}' was saved as ${length}, and is ${expected} here`;
  }
  const extra = Object.keys(tensor.values).find((vector) => !vectors.has(vector));
  return extra === undefined ? null : `tensor '${name}' was saved with '${extra}', which is not kept here`;
}
