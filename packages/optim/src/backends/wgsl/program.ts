import { suggest } from "../../nearest.ts";
import { type Expression, reachable } from "../../rule/expression.ts";
import { type Plan, plan } from "../../rule/plan.ts";
import { rearrange } from "../../rule/rearrange.ts";
import type { HyperparameterValue, Rule } from "../../rule/rule.ts";
import { type Folded, type Specialization, specialize, type TensorFacts, tensorFacts, tensorScalars } from "../../rule/specialize.ts";
import { evaluateHost, hostValue } from "../../updater/host.ts";
import { randomKey } from "../random.ts";
import { BUFFER_LIMIT, PACKINGS, type Packing, type WgslBinding } from "./buffers.ts";
import { knownToDeviceOnly, statesOfDevice } from "./device.ts";
import { ModuleWriter, type WgslPass } from "./module.ts";
import { writeStages } from "./stages.ts";
import type { WgslUniform } from "./uniforms.ts";

export interface WgslOptions {
  /** Booleans, choices and zeros shape the code; other numbers are only what a step has by default. Default: the rule's. */
  readonly hyperparameters?: Readonly<Record<string, HyperparameterValue>>;
  /** The tensor's dimensions. Default: a vector. Tensors of one kind have the same code, whatever their lengths. */
  readonly shape?: readonly number[];
  /**
   * Conditions such as `t == 1` that the code takes for granted, as `conditionsAt` gives them; others it decides
   * itself, so `{}` makes code for every step. Default: all conditions as they are at t = 2.
   */
  readonly conditions?: Readonly<Record<string, boolean>>;
  /** Invocations of a workgroup, a power of two from 32. Default 256, the most that every device has. */
  readonly workgroupSize?: number;
  /** Compute the weights to evaluate with into a stream `evaluation`, instead of a step. */
  readonly evaluation?: boolean;
}

/** What the host knows of a step. */
export interface WgslStep {
  /** 1-based. */
  readonly t: number;
  /** The numbers in force, where they are not those that the program was made with. */
  readonly hyperparameters?: Readonly<Record<string, HyperparameterValue>>;
  /** What the step before gave back; none before the first. */
  readonly hostStates?: Readonly<Record<string, number>>;
  /** Of `random()`: as given to `bind`, and the tensor's name. Default 0 and "". */
  readonly seed?: number;
  readonly tensor?: string;
  /** Under gradient accumulation: how many gradients came before, where it is not t - 1, and whether this one applies. */
  readonly call?: number;
  readonly applies?: boolean;
  /** Of the parts of a total: where this tensor's begin, and how many all tensors have. Default: one tensor alone. */
  readonly totalFrom?: number;
  readonly totalCount?: number;
}

/**
 * An optimizer's step for one tensor as WGSL, with all that is needed to run it: create the buffers of `bindings` (in
 * group 0, with the uniform block at binding 0), write `host(step).uniforms`, dispatch `passes` in order.
 *
 * With several tensors and a rule that has `totals`: lay out `totalPartials` for all of them (see {@link WgslStep}),
 * and dispatch the passes of every tensor up to the first that is `per: "all tensors"`; that one once, with any
 * tensor's bindings; and so on.
 */
export interface WgslProgram {
  readonly code: string;
  readonly bindings: readonly WgslBinding[];
  readonly passes: readonly WgslPass[];
  /** The members of the uniform block; none: there is no block. */
  readonly uniforms: readonly WgslUniform[];
  readonly uniformBytes: number;
  /** States that are one number and known without the device: the host carries them from step to step, from 0 on. */
  readonly hostStates: readonly string[];
  /** Reductions over all tensors, in the order of the buffer `totals`. */
  readonly totals: readonly string[];
  /** How many parts this tensor leaves of each total. */
  readonly totalParts: number;
  /** The conditions that the code takes for granted. */
  readonly conditions: Readonly<Record<string, boolean>>;
  /** The conditions as they are in a step: another program serves it where they differ. */
  conditionsAt(step: WgslStep): Readonly<Record<string, boolean>>;
  /** The bytes of the uniform block in a step, and the states that the host carries to the next. */
  host(step: WgslStep): { readonly uniforms: ArrayBuffer; readonly hostStates: Readonly<Record<string, number>> };
}

/**
 * The rule as a WGSL module: a kernel for each pass.
 *
 * @example toWgsl(adam.rule, { hyperparameters: { amsgrad: true } })
 */
export function toWgsl(rule: Rule, options: WgslOptions = {}): string {
  return wgslProgram(rule, options).code;
}

/** The rule as a WGSL module, and how to run it. */
export function wgslProgram(rule: Rule, options: WgslOptions = {}): WgslProgram {
  const { workgroupSize = 256 } = options;
  if (!Number.isInteger(Math.log2(workgroupSize)) || workgroupSize < 32) {
    throw new RangeError(`workgroupSize = ${workgroupSize}: expected a power of two, at least 32`);
  }
  refuseUnknown(rule.name, "hyperparameter", Object.keys(options.hyperparameters ?? {}), Object.keys(rule.hyperparameters));
  const hyperparameters = { ...rule.hyperparameters, ...options.hyperparameters };
  const folded = foldedHyperparameters(rule, hyperparameters);
  const facts = tensorFacts(rule, options.shape ?? [1]);
  const specialization = specialize(rule, folded, facts);
  return new Program(rule, specialization, { ...options, workgroupSize, hyperparameters }, folded, facts);
}

class Program implements WgslProgram {
  readonly code: string;
  readonly bindings: readonly WgslBinding[];
  readonly passes: readonly WgslPass[];
  readonly uniforms: readonly WgslUniform[];
  readonly uniformBytes: number;
  readonly hostStates: readonly string[];
  readonly totals: readonly string[];
  readonly totalParts: number;
  readonly conditions: Readonly<Record<string, boolean>>;
  readonly #module: ModuleWriter;
  readonly #known: readonly (readonly [string, Expression])[];
  readonly #newStates: readonly (readonly [string, Expression])[];

  constructor(
    private readonly rule: Rule,
    specialization: Specialization,
    private readonly options: WgslOptions & { readonly workgroupSize: number; readonly hyperparameters: Readonly<Record<string, HyperparameterValue>> },
    private readonly folded: Folded,
    private readonly facts: TensorFacts,
  ) {
    const { shapes, whole } = specialization;
    const deviceStates = statesOfDevice(whole.outputs, shapes);
    const isOfDevice = knownToDeviceOnly(deviceStates);
    this.#known = [...whole.conditions].filter(([, condition]) => !isOfDevice(condition));
    this.conditions = this.#assumed();

    const planned = (outputs: ReadonlyMap<string, Expression>): Plan => plan(rearrange(outputs, shapes), shapes);
    const wholePlan = planned(whole.outputs);
    this.totals = [...new Set(wholePlan.stages.flatMap(({ totals }) => totals.map(({ total }) => total as string)))].sort();
    const common = { shapes, facts, deviceStates, totals: this.totals, workgroupSize: options.workgroupSize };
    // The whole rule decides how states are laid out, so that all programs of the rule share them.
    const layout = write({ ...common, plan: wholePlan, isEvaluation: false }, PACKINGS);
    this.#module = layout.module;
    // ...
    this.code = "";
  }
}
