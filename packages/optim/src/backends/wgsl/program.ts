import { suggest } from "../../nearest.ts";
import { randomKey } from "../../random.ts";
import type { Specialized } from "../../rule/evaluate.ts";
import { type Expression, reachable } from "../../rule/expression.ts";
import { foldedHyperparameters } from "../../rule/fold.ts";
import { planElementwise } from "../../rule/plan-elementwise.ts";
import { rearrange } from "../../rule/rearrange.ts";
import type { HyperparameterValue, Rule } from "../../rule/rule.ts";
import { specialize } from "../../rule/specialize.ts";
import { tensorFacts } from "../../rule/tensor.ts";
import { BUFFER_LIMIT, PACKINGS, type Packing, type WgslBinding } from "./buffers.ts";
import { knownToDeviceOnly, statesOfDevice } from "./device.ts";
import { evaluate, type HostFacts, scalarLookup, type WgslStep } from "./host.ts";
import { type ModuleOptions, ModuleWriter, type WgslPass } from "./module.ts";
import { writePhases } from "./phases.ts";
import type { WgslUniform } from "./uniforms.ts";

export interface WgslOptions {
  /**
   * Hyperparameters. Booleans, choices and zeros shape the code; other numbers are the defaults of a step. Default: the
   * rule's.
   */
  readonly hyperparameters?: Readonly<Record<string, HyperparameterValue>>;
  /**
   * Dimensions of the tensor. Default: a vector. The code is the same for all tensors of as many axes, except for rules
   * that read lengths, as in a mean.
   */
  readonly shape?: readonly number[];
  /**
   * Conditions such as `t == 1` that the code assumes, in the form of `conditionsAt`. The code evaluates all others, so
   * `{}` gives code for every step. Default: all conditions, with their truth at t = 2.
   */
  readonly conditions?: Readonly<Record<string, boolean>>;
  /** Invocations of a workgroup: a power of two of at least 32. Default 256, which every device supports. */
  readonly workgroupSize?: number;
  /** True to compute the weights to evaluate with into a stream `evaluation`, instead of a step. Default false. */
  readonly evaluation?: boolean;
}

/**
 * An optimizer's step for one tensor as WGSL, with everything needed to run it: create the buffers of `bindings` in
 * group 0, with the uniform block at binding 0; in each step write `host(step).uniforms` and dispatch `passes` in
 * order. Gradients are not checked: one that is NaN makes weights NaN.
 *
 * With several tensors and a rule that has `totals`, all tensors share `totals` and `totalPartials`: give each tensor
 * its part of `totalPartials` by `totalFrom` and `totalCount` of {@link WgslStep}. Dispatch the passes of every tensor
 * up to the first pass that is `per: "all tensors"`, then that pass once with any tensor's bindings, and so on.
 */
export interface WgslProgram {
  readonly code: string;
  readonly bindings: readonly WgslBinding[];
  readonly passes: readonly WgslPass[];
  /** Members of the uniform block. */
  readonly uniforms: readonly WgslUniform[];
  /** Size of the uniform block in bytes; 0 if there is none. */
  readonly uniformBytes: number;
  /**
   * States that are one number and known without the device: the host carries them from step to step, starting at 0.
   */
  readonly hostStates: readonly string[];
  /** Labels of the reductions over all tensors. */
  readonly totals: readonly string[];
  /** Number of parts of each total that this tensor stores. */
  readonly totalParts: number;
  /** Conditions that the code assumes. */
  readonly conditions: Readonly<Record<string, boolean>>;
  /**
   * Returns the truth of all conditions in a step; a step whose truths differ from `conditions` needs another program.
   */
  conditionsAt(step: WgslStep): Readonly<Record<string, boolean>>;
  /** Returns the bytes of the uniform block in a step, and the states that the host carries to the next. */
  host(step: WgslStep): {
    readonly uniforms: ArrayBuffer;
    readonly hostStates: Readonly<Record<string, number>>;
  };
}

/**
 * Returns the rule as a WGSL module, with a kernel for each pass over the tensor.
 *
 * @example toWgsl(adam.rule, { hyperparameters: { amsgrad: true } })
 */
export function toWgsl(rule: Rule, options: WgslOptions = {}): string {
  return wgslProgram(rule, options).code;
}

/** Returns the rule as a WGSL module, with everything needed to run it. */
export function wgslProgram(rule: Rule, options: WgslOptions = {}): WgslProgram {
  const { shape = [1], workgroupSize = 256, evaluation: isEvaluation = false } = options;
  if (!Number.isInteger(Math.log2(workgroupSize)) || workgroupSize < 32) {
    throw new RangeError(`workgroupSize = ${workgroupSize}: expected a power of two from 32 on`);
  }
  checkKnown(rule, "hyperparameter", options.hyperparameters, Object.keys(rule.hyperparameters));
  const hyperparameters = { ...rule.hyperparameters, ...options.hyperparameters };
  const folded = foldedHyperparameters(rule, hyperparameters);
  const facts = tensorFacts(rule, shape);
  const { shapes, whole, variant } = specialize(rule, folded, facts);
  for (const e of reachable(whole.outputs.values())) {
    if (e.kind === "decomposition") {
      throw new TypeError(`${rule.name}: ${e.op}() runs on the host and has no shader: bind the optimizer instead`);
    }
  }
  const deviceStates = statesOfDevice(whole.outputs, shapes);
  const onHost: HostFacts = { rule, hyperparameters, folded };

  const conditionsAt = conditionsOnHost(whole, deviceStates, onHost);
  const conditions = options.conditions ?? conditionsAt({ t: 2 });
  checkKnown(rule, "condition", conditions, Object.keys(conditionsAt({ t: 2 })));

  const { plan = planElementwise } = rule.vocabulary;
  const planned = (outputs: ReadonlyMap<string, Expression>) => plan(rearrange(outputs, shapes), shapes);
  const wholePlan = planned(whole.outputs);
  const totals = [
    ...new Set(wholePlan.phases.flatMap((phase) => phase.totals.map(({ total }) => total as string))),
  ].sort();
  const common = { shapes, facts, deviceStates, totals, workgroupSize };
  // Programs of one rule share their states, so the whole rule determines the layout.
  const layout = writeModule({ ...common, plan: wholePlan, isEvaluation: false }, PACKINGS);

  const ownPlan = planned(
    isEvaluation ? evaluationOf(rule, whole) : variant(new Map(Object.entries(conditions))).outputs,
  );
  const packings: readonly Packing[] =
    layout.packing === "none" ? ["none"] : PACKINGS.filter((packing) => packing !== "none");
  const { module } = writeModule({ ...common, plan: ownPlan, isEvaluation }, packings);
  const carried = [...ownPlan.scalarStates].filter(([state]) => !deviceStates.includes(state));
  const { uniforms, buffers, passes, groups } = module;
  return {
    code: module.code(`${rule.name}: ${isEvaluation ? "the weights to evaluate with" : "one step"}`),
    bindings: buffers.bindings,
    passes,
    uniforms: uniforms.members,
    uniformBytes: uniforms.bytes,
    hostStates: carried.map(([state]) => state),
    totals,
    totalParts: groups,
    conditions,
    conditionsAt,
    host(step) {
      const { t, seed = 0, tensor = "", call = t - 1, totalFrom = 0, totalCount = groups } = step;
      const value = evaluate([...uniforms.expressions, ...carried.map(([, e]) => e)], scalarLookup(onHost, step));
      return {
        uniforms: uniforms.write(value, { key: randomKey(seed, call, tensor), totalFrom, totalCount }),
        hostStates: Object.fromEntries(carried.map(([state, e]) => [state, value(e)])),
      };
    },
  };
}

/** Returns a function that evaluates the conditions that do not depend on the device. */
function conditionsOnHost(
  { conditions }: Specialized,
  deviceStates: readonly string[],
  facts: HostFacts,
): WgslProgram["conditionsAt"] {
  const isOfDevice = knownToDeviceOnly(deviceStates);
  const known = [...conditions].filter(([, e]) => !isOfDevice(e));
  return (step) => {
    const value = evaluate(
      known.map(([, e]) => e),
      scalarLookup(facts, step),
    );
    return Object.fromEntries(known.map(([text, e]) => [text, value(e) !== 0]));
  };
}

function evaluationOf({ name }: Rule, { evaluation }: Specialized): ReadonlyMap<string, Expression> {
  if (!evaluation) throw new Error(`${name} evaluates with the weights as they are: there is nothing to compute`);
  return new Map([["evaluation", evaluation]]);
}

/** Writes the module with the least packing that keeps every pass within the limit of buffers. */
function writeModule(
  options: Omit<ModuleOptions, "packing">,
  packings: readonly Packing[],
): { module: ModuleWriter; packing: Packing } {
  for (const packing of packings) {
    const module = new ModuleWriter({ ...options, packing });
    writePhases(module, options.plan, options.deviceStates);
    if (module.passes.every(({ buffers }) => buffers.length <= BUFFER_LIMIT)) return { module, packing };
  }
  throw new RangeError(`a pass needs more than ${BUFFER_LIMIT} storage buffers`);
}

function checkKnown(rule: Rule, what: string, given: object | undefined, known: readonly string[]): void {
  const unknown = Object.keys(given ?? {}).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`${rule.name}: unknown ${what} '${unknown}': ${suggest(unknown, known)}`);
}
