import type { Optimizer } from "@downhill/optim";
import { namesOfGroups } from "@downhill/optim/rule";
import { input } from "../core/input.ts";
import { type Shape, sameShape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";
import { concat } from "../ops/concat.ts";
import { max } from "../ops/max.ts";
import { reshape } from "../ops/reshape.ts";
import { slice } from "../ops/slice.ts";
import { sum } from "../ops/sum.ts";
import { type LoweredRule, lowerRule, type TotalOf } from "./lower-rule.ts";

export { type LoweredRule, lowerRule };

/** An optimizer's step on a model's parameters, as graph. */
export interface UpdateGraph {
  /** The parameters after the step, by name; those of frozen groups are not among them. */
  readonly parameters: Readonly<Record<string, Tensor>>;
  /** The optimizer's states, by the names of their inputs (`m of conv1.weight`); all are zeros before the first step. */
  readonly states: Readonly<Record<string, { readonly shape: Shape; readonly next: Tensor }>>;
  /**
   * What the inputs besides gradients, parameters and states are in a step, from 0 on: rates and all else that changes
   * from step to step. With gradient accumulation, a step is one batch.
   * @throws RangeError for a schedule that leaves its hyperparameter's range
   */
  feeds(step: number): Record<string, Float32Array>;
  /**
   * The weights to evaluate with, by parameter, where they are not the parameters: made of the parameters, states and
   * feeds that the last step had or left behind, of which it may need only some. To be compiled by itself.
   */
  readonly evaluation: Readonly<Record<string, Tensor>>;
}

/**
 * Adds an optimizer's step to a graph, so that weights and states need not leave the device. Where they are in the
 * computer's own memory, an updater (`optimizer.bind`) is more than ten times as fast: it goes over them once.
 * @param parameters the weights before the step, by name: the optimizer's groups go by these names
 * @param gradients of the same names and shapes; those of frozen tensors are not needed
 * @throws GraphError for a rule that a graph cannot compute (one with random numbers), a gradient that is missing or of
 * another shape, and tensors of fewer axes than the rule is for
 * @example
 * const [dw] = gradients(loss, [w]);
 * const update = updateGraph(adamw({ lr: cosine({ base: 0.1, tMax: 1000 }) }), { w }, { w: dw });
 * const outputs = { loss, "next w": update.parameters.w };
 * for (const [name, { next }] of Object.entries(update.states)) outputs[`next ${name}`] = next;
 * const program = await compile(outputs);
 * // `held` are the values of "w", "m of w" and "v of w": in the next step, those of "next w" and so on.
 * const results = await program.run({ ...batch, ...held, ...update.feeds(step) });
 */
export function updateGraph(
  optimizer: Optimizer,
  parameters: Readonly<Record<string, Tensor>>,
  gradients: Readonly<Record<string, Tensor>>,
): UpdateGraph {
  const { rule, groups, hyperparameters } = optimizer.parts;
  const owned = namesOfGroups(rule.name, groups, Object.keys(parameters));
  const kinds = new Map<string, Kind>();
  const tensors: { name: string; kind: Kind }[] = [];
  const slots = new Map<string, number>();
  for (const [index, names] of owned.entries()) {
    const { match: _, frozen = false, ...own } = groups[index] ?? { match: "" };
    if (frozen) continue;
    // What is computed alike in a group is one number.
    const slotOf = (uniform: string): number => {
      const place = `${index}: ${uniform}`;
      const slot = slots.get(place) ?? slots.size;
      slots.set(place, slot);
      return slot;
    };
    for (const name of names) {
      const { shape } = parameters[name] as Tensor;
      const key = `${index}: ${showShape(shape)}`;
      let kind = kinds.get(key);
      if (!kind) {
        const lowered = lowerRule(optimizer, shape, { ...hyperparameters, ...own } as typeof hyperparameters);
        kind = { lowered, slots: lowered.uniforms.map(slotOf) };
        kinds.set(key, kind);
      }
      tensors.push({ name, kind });
    }
  }

  const uniforms = slots.size > 0 ? input(UNIFORMS, [slots.size]) : null;
  const bound = tensors.map(({ name, kind: { lowered, slots: places } }): Bound => {
    const w = parameters[name] as Tensor;
    const states = Object.entries(lowered.states).map(([state, shape]) => [state, input(stateOf(state, name), shape)]);
    const numbers = lowered.uniforms.map((uniform, i) => [uniform, element(uniforms as Tensor, places[i] as number)]);
    const before = Object.fromEntries(states);
    return { name, lowered, step: [w, gradientOf(name, w, gradients), before, Object.fromEntries(numbers)] };
  });
  const totalOf = totalsOver(bound);
  const updated: Record<string, Tensor> = {};
  const states: Record<string, { shape: Shape; next: Tensor }> = {};
  const evaluation: Record<string, Tensor> = {};
  for (const { name, lowered, step } of bound) {
    const after = lowered.build(...step, totalOf);
    updated[name] = after.w;
    for (const [state, next] of Object.entries(after.states)) {
      states[stateOf(state, name)] = { shape: next.shape, next };
    }
    const [w, , before, numbers] = step;
    if (lowered.evaluation) evaluation[name] = lowered.evaluation(w, before, numbers);
  }

  return {
    parameters: updated,
    states,
    evaluation,
    feeds(step) {
      if (slots.size === 0) return {};
      const values = new Float32Array(slots.size);
      for (const kind of kinds.values()) {
        for (const [i, value] of kind.lowered.uniformsAt(step).entries()) values[kind.slots[i] as number] = value;
      }
      return { [UNIFORMS]: values };
    },
  };
}

/** Tensors of one group and shape. */
interface Kind {
  readonly lowered: LoweredRule;
  /** Where each of its uniforms lies. */
  readonly slots: readonly number[];
}

/** A tensor, and what its step is made of. */
interface Bound {
  readonly name: string;
  readonly lowered: LoweredRule;
  readonly step: readonly [
    w: Tensor,
    g: Tensor,
    states: Readonly<Record<string, Tensor>>,
    uniforms: Readonly<Record<string, Tensor>>,
  ];
}

/** Sums over all tensors that are updated: each is made once, of the parts of all of them. */
function totalsOver(tensors: readonly Bound[]): TotalOf {
  const known = new Map<string, Tensor>();
  const totalOf: TotalOf = (place) => {
    const made = known.get(place);
    if (made) return made;
    const adding = tensors.filter(({ lowered }) => lowered.totals.has(place));
    const parts = adding.map(({ lowered, step }) => reshape(lowered.part(place, ...step, totalOf), [1]));
    const total = adding[0]?.lowered.totals.get(place) === "max" ? max(concat(parts, 0)) : sum(concat(parts, 0));
    known.set(place, total);
    return total;
  };
  return totalOf;
}

const UNIFORMS = "uniforms";
const stateOf = (state: string, name: string): string => `${state} of ${name}`;

const element = (x: Tensor, index: number): Tensor => reshape(slice(x, { starts: [index], ends: [index + 1] }), []);

function gradientOf(name: string, { shape }: Tensor, gradients: Readonly<Record<string, Tensor>>): Tensor {
  const gradient = gradients[name];
  if (!gradient) {
    throw new GraphError(`updateGraph: '${name}' has no gradient: give one of shape ${showShape(shape)}, or freeze it`);
  }
  if (sameShape(gradient.shape, shape)) return gradient;
  throw new GraphError(
    `updateGraph: the gradient of '${name}' is of shape ${showShape(gradient.shape)}: expected its own, ${showShape(shape)}`,
  );
}
