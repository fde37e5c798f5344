import type { Optimizer, Role } from "@downhill/optim";
import { bindGroups } from "@downhill/optim/rule";
import { input } from "../core/input.ts";
import { at, type Shape, sameShape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";
import { concat } from "../ops/concat.ts";
import { max } from "../ops/max.ts";
import { reshape } from "../ops/reshape.ts";
import { slice } from "../ops/slice.ts";
import { sum } from "../ops/sum.ts";
import { type LoweredRule, lowerParts, lowerRule, type TotalOf } from "./lower-rule.ts";

export { type LoweredRule, lowerRule };

/** One step of an optimizer on the parameters of a model, as part of a graph. */
export interface UpdateGraph {
  /** Parameters after the step, by name, without the parameters of frozen groups. */
  readonly parameters: Readonly<Record<string, Tensor>>;
  /**
   * States of the optimizer, by the names of their inputs (`m of conv1.weight`). All are zeros before the first step.
   */
  readonly states: Readonly<Record<string, { readonly shape: Shape; readonly next: Tensor }>>;
  /**
   * Returns the values of all other inputs in a step: learning rates, and everything else that changes with the step.
   * @param step from 0; with gradient accumulation, a step is one batch
   * @throws RangeError if a schedule leaves the range of its hyperparameter
   */
  feeds(step: number): Record<string, Float32Array>;
  /**
   * Weights to evaluate with, by parameter, for optimizers that evaluate with other weights than the parameters.
   * Compile them as a separate program; it may need only some of the parameters and states after the last step and of
   * its feeds.
   */
  readonly evaluation: Readonly<Record<string, Tensor>>;
}

/**
 * Adds one step of an optimizer to a graph, so that weights and states can stay on the device. For weights in main
 * memory, an updater (`optimizer.bind`) is more than ten times as fast, because it reads and writes them once.
 * @param parameters weights before the step, by name; the groups of the optimizer match these names
 * @param gradients gradients of the same names and shapes; frozen parameters need none
 * @param roles roles of parameters in the model, for a split by role: `rolesOf(model)`
 * @throws GraphError if a graph cannot compute the rule (one with random numbers or matrix decompositions), a gradient is
 * missing or has another shape, or a parameter has fewer axes than the rule requires
 * @example
 * const [dw] = gradients(loss, [w]);
 * const update = updateGraph(adamw({ lr: cosine({ base: 0.1, tMax: 1000 }) }), { w }, { w: dw });
 * const outputs = { loss, "next w": update.parameters.w };
 * for (const [name, { next }] of Object.entries(update.states)) outputs[`next ${name}`] = next;
 * const program = await compile(outputs);
 * // `held` has the values of "w", "m of w" and "v of w"; for the next step, replace them by "next w" and so on.
 * const results = await program.run({ ...batch, ...held, ...update.feeds(step) });
 */
export function updateGraph(
  optimizer: Optimizer,
  parameters: Readonly<Record<string, Tensor>>,
  gradients: Readonly<Record<string, Tensor>>,
  roles: Readonly<Record<string, Role>> = {},
): UpdateGraph {
  const groups = bindGroups(optimizer.parts, {
    names: Object.keys(parameters),
    roles,
    shape: (name) => (parameters[name] as Tensor).shape,
  });
  const sharedRules = new Map<string, SharedRule>();
  const tensors: { name: string; w: Tensor; rule: SharedRule }[] = [];
  const slots = new Map<string, number>();
  for (const [index, { parts, names, frozen, hyperparameters }] of groups.entries()) {
    if (frozen) continue;
    // Equal computations in a group share one number.
    const slotOf = (uniform: string): number => {
      const key = `${index}: ${uniform}`;
      const slot = slots.get(key) ?? slots.size;
      slots.set(key, slot);
      return slot;
    };
    for (const name of names) {
      const w = parameters[name] as Tensor;
      const key = `${index}: ${showShape(w.shape)}`;
      let rule = sharedRules.get(key);
      if (!rule) {
        const lowered = lowerParts(parts, w.shape, hyperparameters);
        rule = { lowered, slots: lowered.uniforms.map(slotOf) };
        sharedRules.set(key, rule);
      }
      tensors.push({ name, w, rule });
    }
  }

  // Without uniforms, nothing reads this input.
  const uniforms = input(UNIFORMS, [Math.max(1, slots.size)]);
  const bound = tensors.map(({ name, w, rule: { lowered, slots: places } }): BoundTensor => {
    const states = Object.entries(lowered.states).map(([state, shape]) => [state, input(stateOf(state, name), shape)]);
    const numbers = lowered.uniforms.map((uniform, i) => [uniform, element(uniforms, at(places, i))]);
    const before = Object.fromEntries(states);
    return { name, lowered, step: [w, checkedGradient(name, w, gradients), before, Object.fromEntries(numbers)] };
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
      for (const { lowered, slots: places } of sharedRules.values()) {
        for (const [i, value] of lowered.uniformsAt(step).entries()) values[at(places, i)] = value;
      }
      return { [UNIFORMS]: values };
    },
  };
}

/** Lowered rule that the tensors of one group and shape share. */
interface SharedRule {
  readonly lowered: LoweredRule;
  /** Index of each uniform in the input of all uniforms. */
  readonly slots: readonly number[];
}

/** A parameter with the tensors that its step reads. */
interface BoundTensor {
  readonly name: string;
  readonly lowered: LoweredRule;
  readonly step: readonly [
    w: Tensor,
    g: Tensor,
    states: Readonly<Record<string, Tensor>>,
    uniforms: Readonly<Record<string, Tensor>>,
  ];
}

/** Returns a function that reduces over all updated tensors, and builds each total once. */
function totalsOver(tensors: readonly BoundTensor[]): TotalOf {
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

/** Returns the gradient of a parameter after checking its shape. */
function checkedGradient(name: string, { shape }: Tensor, gradients: Readonly<Record<string, Tensor>>): Tensor {
  const gradient = gradients[name];
  if (!gradient) {
    throw new GraphError(
      `updateGraph: '${name}' has no gradient. Pass one of shape ${showShape(shape)}, or freeze the parameter.`,
    );
  }
  if (sameShape(gradient.shape, shape)) return gradient;
  throw new GraphError(
    `updateGraph: the gradient of '${name}' has the shape ${showShape(gradient.shape)}. Expected ${showShape(shape)}.`,
  );
}
