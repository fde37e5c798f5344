import type { Backend } from "../backends/backend.ts";
import type { OptimizerParts } from "../definition/parts.ts";
import { isWithin } from "../definition/range.ts";
import type { Dtype } from "../parameters/dtype.ts";
import type { Parameters } from "../parameters/parameters.ts";
import type { HyperparameterValue } from "../rule/rule.ts";
import { show } from "../show.ts";
import { bindTensors, type UpdatedTensor } from "./bind-tensors.ts";
import type { TensorBinding } from "./binding.ts";
import { EvaluationWeights } from "./evaluation.ts";
import { type BoundGroup, bindGroups, valuesOf } from "./groups.ts";
import { firstBadIndex, NonFiniteGradientError, scanPlan } from "./guard.ts";
import { type StateLayout, stateMisfit } from "./misfit.ts";
import type { BindOptions, Guard, RestoreOptions } from "./options.ts";
import { PlanRunner, type RunnerOptions, type StepContext } from "./runner.ts";
import { layoutOf, restoreTensor, saveTensor, type UpdaterState } from "./state.ts";

/** Tensors that share hyperparameters. */
export interface UpdaterGroup {
  /** Names of the tensors. */
  readonly names: readonly string[];
  /** True if the tensors keep their values. */
  readonly frozen: boolean;
  /** Values in force at the last step; before the first step, those of step 0. */
  readonly hyperparameters: Readonly<Record<string, HyperparameterValue>>;
}

/** Place of a call of `step()` in its update, with gradient accumulation. */
export interface MicroStep {
  /** Weight of the gradient in the mean of the update, in (0, 1]. Default 1 / microSteps. */
  readonly share?: number | undefined;
  /** True if the call completes the update. Default: true at every `microSteps`-th call. */
  readonly applies?: boolean | undefined;
}

/** Sets the step count of an updater whose steps are part of another updater's. */
export let setSteps: (updater: Updater, steps: number) => void;

/**
 * A rule bound to parameters. Write gradients into the parameters' arena and call `step()`; it updates the values there
 * in place.
 */
export class Updater {
  readonly #parts: OptimizerParts;
  readonly #parameters: Parameters<Dtype>;
  readonly #guard: Guard;
  readonly #groups: readonly BoundGroup[];
  readonly #tensors: readonly UpdatedTensor[];
  readonly #scan: PlanRunner | null;
  readonly #runnerOptions: RunnerOptions;
  #evaluation: EvaluationWeights | null = null;
  #seed: number;
  #steps = 0;
  #microStep = 0;
  #skipped = 0;

  static {
    setSteps = (updater, steps) => {
      updater.#steps = steps;
    };
  }

  constructor(parts: OptimizerParts, parameters: Parameters<Dtype>, options: BindOptions) {
    this.#parts = parts;
    this.#parameters = parameters;
    this.#guard = options.guard ?? "throw";
    if (!["throw", "skip", "allow"].includes(this.#guard)) {
      throw new TypeError(`guard is "throw", "skip" or "allow", not ${show(this.#guard)}`);
    }
    this.#seed = options.seed ?? 0;
    if (!Number.isSafeInteger(this.#seed)) throw new TypeError(`seed is a whole number, not ${show(this.#seed)}`);
    const region = parameters.arena.region();
    const backend = parameters.backend(options.backend, region);
    this.#runnerOptions = {
      backend,
      region,
      vocabulary: parts.rule.vocabulary,
      shared: [],
      checksGradient: this.#guard === "throw",
      relaxedSimd: options.relaxedSimd ?? false,
    };
    this.#groups = bindGroups(parts, parameters);
    const asWritten = options.asWritten ?? backend.name === "interpreter";
    this.#tensors = bindTensors(parameters, this.#groups, asWritten, this.#runnerOptions);
    this.#scan =
      this.#guard === "skip" ? new PlanRunner(scanPlan(), { ...this.#runnerOptions, checksGradient: true }) : null;
  }

  /** Number of updates taken so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Number of steps skipped because a gradient was not finite (`guard: "skip"`). */
  get skipped(): number {
    return this.#skipped;
  }

  /**
   * Hyperparameters of the tensors in no group, in force at the last step; before the first step, those of step 0. Of a
   * split, those of its first part.
   */
  get hyperparameters(): Readonly<Record<string, HyperparameterValue>> {
    return { ...(this.#groups.at(-1) as BoundGroup).values };
  }

  /**
   * All groups in the order of their definition; the last has the tensors that no other group matches. Of a split, the
   * groups of each part, those of the first part last.
   */
  get groups(): readonly UpdaterGroup[] {
    // Combining the groups of an optimizer and a wrapper leaves some without a tensor.
    const used = this.#groups.filter(({ names }, index) => names.length > 0 || index === this.#groups.length - 1);
    return used.map(({ names, frozen, values }) => ({ names: [...names], frozen, hyperparameters: { ...values } }));
  }

  /** Name of the backend that computes the update. */
  get backend(): Backend["name"] {
    return this.#runnerOptions.backend.name;
  }

  /**
   * Applies the rule once to every tensor that is not frozen. With gradient accumulation, every `microSteps`-th call does.
   * @param call place of the call in its update, with gradient accumulation. Ignores the closures that `lbfgs` and
   *   `sharpnessAware` require
   * @throws NonFiniteGradientError if a gradient is not finite and `guard` is `"throw"`
   * @throws Error during `withEvaluationWeights`, or after `dispose()`
   */
  step(call: MicroStep | (() => unknown) = {}): void {
    this.#runnerOptions.region.checkIdle();
    const { share, applies = this.#microStep === this.#microSteps - 1 } = this.#accumulates ? (call as MicroStep) : {};
    if (!isWithin(share ?? 1, "(0, 1]")) throw new RangeError(`share = ${share}: expected a number in (0, 1]`);
    this.#evaluateSchedules();
    const contexts = this.#contexts(this.#steps + 1, applies, share);
    const contextOf = (group: BoundGroup): StepContext => contexts.get(group) as StepContext;
    const scan = this.#scan;
    if (scan && !this.#tensors.every(({ binding, group }) => scan.run(binding, contextOf(group)).next().value)) {
      this.#skipped++;
      return;
    }
    let running = this.#tensors.map(({ binding, cohort, group }) => {
      const context = contextOf(group);
      return { binding, run: cohort.runner(binding, context).run(binding, context) };
    });
    // One round takes each tensor to its end, or to the next sum over all tensors.
    while (running.length > 0) {
      running = running.filter(({ binding, run }) => {
        const { done, value } = run.next();
        if (done && value === false) throw this.#nonFinite(binding);
        return !done;
      });
    }
    this.#microStep = applies ? 0 : this.#microStep + 1;
    if (applies) this.#steps++;
  }

  /** Expected layout of a saved state. */
  get #layout(): StateLayout {
    return {
      optimizer: this.#parts.name,
      microSteps: this.#accumulates ? this.#microSteps : null,
      tensors: new Map(this.#tensors.map(({ binding }) => [binding.name, layoutOf(binding)])),
      dtype: this.#parameters.dtype,
    };
  }

  get #accumulates(): boolean {
    return this.#parts.rule.everyMicroStep.length > 0;
  }

  /** Calls of `step()` per update: more than one with gradient accumulation. */
  get #microSteps(): number {
    return Number(this.#parts.hyperparameters.microSteps ?? 1);
  }

  /** Evaluates every schedule at the coming step. Values change only after all are valid, so that an error changes none. */
  #evaluateSchedules(): void {
    const next = this.#groups.map((group) => ({ group, values: valuesOf(group, this.#steps) }));
    for (const { group, values } of next) group.values = values;
  }

  /** Returns the numbers that the rule may read, for each group, and sets the step count `t` of each tensor. */
  #contexts(t: number, applies: boolean, share?: number): Map<BoundGroup, StepContext> {
    for (const { binding } of this.#tensors) binding.scalars.set("t", t - binding.start);
    const machineEpsilon = this.#parameters.dtype === "float32" ? 2 ** -23 : 2 ** -52;
    const given: Record<string, number> = { applies: Number(applies), machineEpsilon };
    if (share) given.microSteps = 1 / share;
    const shared = {
      seed: this.#seed,
      step: this.#steps * this.#microSteps + this.#microStep,
      totals: new Map<string, number>(),
    };
    return new Map(
      this.#groups.map((group) => [group, { ...shared, scalar: (name) => given[name] ?? Number(group.values[name]) }]),
    );
  }

  #nonFinite({ name }: TensorBinding): NonFiniteGradientError {
    const gradient = this.#parameters.gradient(name);
    const index = firstBadIndex(gradient);
    return new NonFiniteGradientError(name, index, gradient[index] as number, this.#steps);
  }

  /**
   * Copies everything that later steps depend on besides the parameters' values, by tensor name.
   * @throws Error during `withEvaluationWeights`, or after `dispose()`
   */
  state(): UpdaterState {
    this.#runnerOptions.region.checkIdle();
    const state = {
      optimizer: this.#parts.name,
      step: this.#steps,
      microStep: this.#microStep,
      seed: this.#seed,
      tensors: Object.fromEntries(this.#tensors.map(({ binding }) => [binding.name, saveTensor(binding, this.#steps)])),
    };
    return this.#accumulates ? { ...state, microSteps: this.#microSteps } : state;
  }

  /**
   * Restores a saved state.
   * @param options `missing: "fresh"` starts tensors without a saved state anew, such as those of a body that was frozen
   *   before: with a step count of their own from 1, as in PyTorch. Schedules count the steps of the updater. Default:
   *   such a state is an error
   * @throws if the state is of another optimizer, or of tensors with other names, shapes or states: names the first
   *   difference, and changes nothing; also during `withEvaluationWeights`, or after `dispose()`
   */
  restore(saved: UpdaterState, { missing }: RestoreOptions = {}): void {
    this.#runnerOptions.region.checkIdle();
    const misfit = stateMisfit(saved, this.#layout, missing === "fresh");
    if (misfit) throw new Error(`the saved state does not fit: ${misfit}`);
    for (const { binding } of this.#tensors) restoreTensor(binding, saved.step, saved.tensors[binding.name]);
    this.#steps = saved.step;
    this.#microStep = saved.microStep;
    this.#seed = saved.seed;
  }

  /**
   * Runs `evaluate` while the parameters hold the weights to evaluate with: the average of an averaging wrapper, the `x`
   * of a schedule-free optimizer, and the weights themselves for all others. The weights and the state are then restored
   * bit for bit, also if `evaluate` throws or its promise rejects. Until the promise settles, `step()`, `state()`,
   * `restore()` and `dispose()` throw. Evaluations may overlap.
   */
  withEvaluationWeights<T>(evaluate: () => T): T {
    return this.#runnerOptions.region.between(() => this.#exchangeWeights(), evaluate);
  }

  /** Exchanges the weights with those to evaluate with, which are other ones from the first step on. */
  #exchangeWeights(): void {
    this.#evaluation ??= new EvaluationWeights(this.#tensors);
    this.#evaluation.exchange(this.#contexts(this.#steps, true));
  }

  /**
   * Returns the memory of the state to the arena of the parameters, for other updaters. Later calls throw.
   * @throws Error during `withEvaluationWeights`
   */
  dispose(): void {
    this.#runnerOptions.region.dispose();
  }
}
