import type { Backend, FloatArray } from "../backends/backend.ts";
import { type Group, namesOfGroups } from "../groups.ts";
import { type HyperparameterSettings, valuesAt } from "../hyperparameters.ts";
import type { BindOptions, Guard, OptimizerParts } from "../optimizer.ts";
import type { Parameters } from "../parameters.ts";
import { foldedHyperparameters } from "../rule/fold.ts";
import type { HyperparameterValue } from "../rule/rule.ts";
import { ELEMENT } from "../rule/shape.ts";
import { specialize } from "../rule/specialize.ts";
import { tensorFacts } from "../rule/tensor.ts";
import { show } from "../show.ts";
import { TensorBinding } from "./binding.ts";
import { Cohort } from "./cohort.ts";
import { firstBadIndex, NonFiniteGradientError, scanPlan } from "./guard.ts";
import { type StateLayout, stateMisfit } from "./misfit.ts";
import { PlanRunner, type RunnerOptions, type StepContext } from "./runner.ts";
import { layoutOf, restoreTensor, saveTensor, type UpdaterState } from "./state.ts";

/** Tensors that share hyperparameters. */
export interface UpdaterGroup {
  /** The tensors' names. */
  readonly names: readonly string[];
  readonly frozen: boolean;
  /** The values in force at the last step; before the first, those that it will have. */
  readonly hyperparameters: Readonly<Record<string, HyperparameterValue>>;
}

interface BoundTensor {
  readonly binding: TensorBinding;
  readonly cohort: Cohort;
  readonly group: BoundGroup;
}

interface BoundGroup {
  readonly names: string[];
  readonly frozen: boolean;
  readonly settings: HyperparameterSettings;
  hyperparameters: Record<string, HyperparameterValue>;
}

/** Has an updater count its steps from another number on: for one that takes its steps as part of another's. */
export let countFrom: (updater: Updater, steps: number) => void;

/**
 * A rule bound to parameters. Write gradients into the parameters' arena, call `step()`, and the values there are
 * updated in place.
 */
export class Updater {
  readonly #parts: OptimizerParts;
  readonly #parameters: Parameters;
  readonly #guard: Guard;
  readonly #groups: readonly BoundGroup[];
  readonly #tensors: readonly BoundTensor[];
  readonly #scan: PlanRunner | null;
  readonly #runnerOptions: RunnerOptions;
  #evaluation: readonly { binding: TensorBinding; runner: PlanRunner; group: BoundGroup }[] | null = null;
  #seed: number;
  #steps = 0;
  #microStep = 0;
  #skipped = 0;

  static {
    countFrom = (updater, steps) => {
      updater.#steps = steps;
    };
  }

  constructor(parts: OptimizerParts, parameters: Parameters, options: BindOptions) {
    this.#parts = parts;
    this.#parameters = parameters;
    this.#guard = options.guard ?? "throw";
    if (!["throw", "skip", "allow"].includes(this.#guard)) {
      throw new TypeError(`guard is "throw", "skip" or "allow", not ${show(this.#guard)}`);
    }
    this.#seed = options.seed ?? 0;
    if (!Number.isSafeInteger(this.#seed)) throw new TypeError(`seed is a whole number, not ${show(this.#seed)}`);
    const backend = parameters.backend(options.backend);
    this.#runnerOptions = {
      backend,
      vocabulary: parts.rule.vocabulary,
      shared: [],
      checksGradient: this.#guard === "throw",
      relaxedSimd: options.relaxedSimd ?? false,
    };
    this.#groups = boundGroups(parts, parameters.names);
    this.#tensors = this.#bindTensors(options.asWritten ?? backend.name === "interpreter");
    this.#scan =
      this.#guard === "skip" ? new PlanRunner(scanPlan(), { ...this.#runnerOptions, checksGradient: true }) : null;
  }

  /** Updates taken so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Steps left out because a gradient was not finite (`guard: "skip"`). */
  get skipped(): number {
    return this.#skipped;
  }

  /** The hyperparameters of tensors in no group, in force at the last step; before the first, those that it will have. */
  get hyperparameters(): Readonly<Record<string, HyperparameterValue>> {
    return { ...(this.#groups.at(-1) as BoundGroup).hyperparameters };
  }

  /** All groups in the order of their definition; the last is of the tensors that none of them matches. */
  get groups(): readonly UpdaterGroup[] {
    // Of the groups that a wrapper's are combined with, some have no tensor.
    const used = this.#groups.filter(({ names }, index) => names.length > 0 || index === this.#groups.length - 1);
    return used.map(({ names, frozen, hyperparameters }) => ({
      names: [...names],
      frozen,
      hyperparameters: { ...hyperparameters },
    }));
  }

  /** Where the update is computed. */
  get backend(): Backend["name"] {
    return this.#runnerOptions.backend.name;
  }

  #bindTensors(asWritten: boolean): BoundTensor[] {
    const { rule, minimumRank } = this.#parts;
    const cohorts = new Map<string, Cohort>();
    const tensors: BoundTensor[] = [];
    for (const [index, group] of this.#groups.entries()) {
      if (group.frozen) continue;
      const folded = foldedHyperparameters(rule, group.settings);
      for (const name of group.names) {
        const dimensions = this.#parameters.shape(name);
        if (dimensions.length < minimumRank) {
          throw new RangeError(
            `${rule.name} is for tensors of at least ${minimumRank} axes, and '${name}' has shape ${show(dimensions)}: ` +
              "freeze it in a group here, and update it by another optimizer bound to the same parameters",
          );
        }
        const facts = tensorFacts(rule, dimensions);
        let key = String(index);
        if (cohorts.get(key)?.specialization.whole.asksShape) key += ` ${facts.rank} ${facts.axes}`;
        const cohort = cohorts.get(key) ?? new Cohort(specialize(rule, folded, facts), asWritten, this.#runnerOptions);
        cohorts.set(key, cohort);
        tensors.push({
          binding: new TensorBinding(name, facts, cohort.specialization, this.#parameters),
          cohort,
          group,
        });
      }
    }
    const order = this.#parameters.names;
    tensors.sort((a, b) => order.indexOf(a.binding.name) - order.indexOf(b.binding.name));
    // A state lies in memory as the values do, tensor after tensor: what is read in order is fetched in time.
    for (const state of rule.state) for (const { binding } of tensors) binding.allocateState(state);
    return tensors;
  }

  /**
   * Applies the rule once to every tensor that is not frozen. With gradient accumulation, every k-th call updates.
   * Throws a {@link NonFiniteGradientError} where the guard says so.
   */
  step(): void {
    const applies = this.#microStep === this.#microSteps - 1;
    this.#schedule();
    const contexts = this.#contexts(this.#steps + 1, applies);
    if (this.#scan) {
      const finite = this.#tensors.every(
        ({ binding }) =>
          (this.#scan as PlanRunner).run(binding, contexts.get(this.#groups[0] as BoundGroup) as StepContext).next()
            .value,
      );
      if (!finite) {
        this.#skipped++;
        return;
      }
    }
    let running = this.#tensors.map(({ binding, cohort, group }) => {
      const context = contexts.get(group) as StepContext;
      return {
        binding,
        run: () => cohort.runner(binding, context).run(binding, context),
        generator: undefined as Generator<void, boolean> | undefined,
      };
    });
    // One round takes each tensor to its end, or to the next sum over all tensors.
    while (running.length > 0) {
      running = running.filter((task) => {
        task.generator ??= task.run();
        const { done, value } = task.generator.next();
        if (done && value === false) throw this.#nonFinite(task.binding);
        return !done;
      });
    }
    this.#microStep = applies ? 0 : this.#microStep + 1;
    if (applies) this.#steps++;
  }

  /** What states of this updater are like. */
  get #layout(): StateLayout {
    return {
      optimizer: this.#parts.rule.name,
      microSteps: this.#accumulates ? this.#microSteps : null,
      tensors: new Map(this.#tensors.map(({ binding }) => [binding.name, layoutOf(binding)])),
      dtype: this.#parameters.dtype,
    };
  }

  get #accumulates(): boolean {
    return this.#parts.rule.everyMicroStep.length > 0;
  }

  /** Calls of `step()` for one update: more than one under gradient accumulation. */
  get #microSteps(): number {
    return Number(this.#parts.settings.microSteps ?? 1);
  }

  /** Evaluates every schedule at the coming step. All before any is kept: one that fails changes nothing. */
  #schedule(): void {
    const { rule, space } = this.#parts;
    const values = this.#groups.map(({ settings }) => valuesAt(rule.name, space, settings, this.#steps));
    for (const [index, group] of this.#groups.entries())
      group.hyperparameters = values[index] as Record<string, HyperparameterValue>;
  }

  /** What the rule may read, for each group. */
  #contexts(t: number, applies: boolean): Map<BoundGroup, StepContext> {
    const machineEpsilon = this.#parameters.dtype === "float32" ? 2 ** -23 : 2 ** -52;
    const given: Readonly<Record<string, number>> = { t, applies: Number(applies), machineEpsilon };
    const shared = {
      seed: this.#seed,
      step: this.#steps * this.#microSteps + this.#microStep,
      totals: new Map<string, number>(),
    };
    return new Map(
      this.#groups.map((group) => [
        group,
        { ...shared, scalar: (name) => given[name] ?? Number(group.hyperparameters[name]) },
      ]),
    );
  }

  #nonFinite({ name }: TensorBinding): NonFiniteGradientError {
    const gradient = this.#parameters.gradient(name);
    const index = firstBadIndex(gradient);
    return new NonFiniteGradientError(name, index, gradient[index] as number, this.#steps);
  }

  /** Everything that the next steps depend on besides the parameters' values, by tensor name; copies. */
  state(): UpdaterState {
    return {
      optimizer: this.#parts.rule.name,
      step: this.#steps,
      microStep: this.#microStep,
      ...(this.#accumulates ? { microSteps: this.#microSteps } : {}),
      seed: this.#seed,
      tensors: Object.fromEntries(this.#tensors.map(({ binding }) => [binding.name, saveTensor(binding)])),
    };
  }

  /**
   * Goes back to a saved state. One of another optimizer, or of tensors with other names, shapes or states, is an
   * error that names the first difference, and nothing is changed; so is anything else that `state()` does not return.
   */
  restore(saved: UpdaterState): void {
    const misfit = stateMisfit(saved, this.#layout);
    if (misfit) throw new Error(`the saved state does not fit: ${misfit}`);
    for (const { binding } of this.#tensors)
      restoreTensor(binding, saved.tensors[binding.name] as UpdaterState["tensors"][string]);
    this.#steps = saved.step;
    this.#microStep = saved.microStep;
    this.#seed = saved.seed;
  }

  /**
   * Runs `evaluate` while the parameters hold the weights to evaluate with: the average of an averaging wrapper, the
   * x of a schedule-free optimizer, and the weights as they are for all others. Training goes on from where it was,
   * bit for bit.
   */
  withEvaluationWeights<T>(evaluate: () => T): T {
    if (this.#steps === 0) return evaluate();
    this.#evaluation ??= this.#planEvaluation();
    const contexts = this.#contexts(this.#steps, true);
    for (const { binding, runner, group } of this.#evaluation)
      runner.run(binding, contexts.get(group) as StepContext).next();
    const exchange = (): void => {
      for (const { binding } of this.#evaluation ?? [])
        swap(binding.view("w", ELEMENT), binding.view("evaluation", ELEMENT));
    };
    exchange();
    let result: T;
    try {
      result = evaluate();
    } catch (error) {
      exchange();
      throw error;
    }
    if (result instanceof Promise) return result.finally(exchange) as T;
    exchange();
    return result;
  }

  #planEvaluation(): { binding: TensorBinding; runner: PlanRunner; group: BoundGroup }[] {
    const runners = new Map<Cohort, PlanRunner>();
    return this.#tensors.flatMap(({ binding, cohort, group }) => {
      const { evaluation } = cohort.specialization.whole;
      if (!evaluation) return [];
      if (!runners.has(cohort)) runners.set(cohort, cohort.plan(new Map([["evaluation", evaluation]])));
      binding.allocate("evaluation", ELEMENT);
      return [{ binding, runner: runners.get(cohort) as PlanRunner, group }];
    });
  }
}

function swap(a: FloatArray, b: FloatArray): void {
  const kept = a.slice();
  a.set(b);
  b.set(kept);
}

/** The groups with their tensors; the last has those that no other matches. */
function boundGroups({ groups, settings, space, rule }: OptimizerParts, names: readonly string[]): BoundGroup[] {
  const owned = namesOfGroups(rule.name, groups, names);
  return [...groups, {}].map((group, index) => {
    const { match: _, frozen = false, ...own } = group as Partial<Group>;
    const merged = { ...settings, ...own } as HyperparameterSettings;
    return {
      names: owned[index] as string[],
      frozen,
      settings: merged,
      hyperparameters: valuesAt(rule.name, space, merged, 0),
    };
  });
}
