import { type Expression, reachable } from "../rule/expression.ts";
import { evaluateHost, hostValue } from "../rule/host.ts";
import { planElementwise } from "../rule/plan-elementwise.ts";
import { rearrange } from "../rule/rearrange.ts";
import type { Specialization } from "../rule/specialize.ts";
import type { TensorBinding } from "./binding.ts";
import { PlanRunner, type RunnerOptions, type StepContext } from "./runner.ts";

/**
 * Tensors that share a specialization of the rule. A condition such as `t == 1` holds for a whole step, so each
 * combination of such conditions has its own plan, built when it is first needed.
 */
export class Cohort {
  readonly #runners = new Map<string, PlanRunner>();
  readonly #conditions: readonly [string, Expression][];
  readonly #order: readonly Expression[];
  readonly #values: Float64Array;
  #evaluation: PlanRunner | undefined;

  constructor(
    readonly specialization: Specialization,
    private readonly asWritten: boolean,
    private readonly options: RunnerOptions,
  ) {
    this.#conditions = [...specialization.whole.conditions];
    this.#order = reachable(this.#conditions.map(([, condition]) => condition)).filter((e) => e.kind !== "constant");
    this.#values = new Float64Array(1 + Math.max(0, ...this.#order.map((e) => e.id)));
  }

  /** Returns the runner of a step: the conditions of the rule that hold are known before the step starts. */
  runner(binding: TensorBinding, context: StepContext): PlanRunner {
    evaluateHost(this.#order, this.#values, (name) => binding.scalars.get(name) ?? context.scalar(name));
    const truths = new Map(this.#conditions.map(([key, condition]) => [key, hostValue(condition, this.#values) !== 0]));
    const key = [...truths.values()].map(Number).join("");
    let runner = this.#runners.get(key);
    if (!runner) {
      runner = this.#plan(this.specialization.variant(truths).outputs);
      this.#runners.set(key, runner);
    }
    return runner;
  }

  /** Runner that computes the weights to evaluate with; undefined if they are `w`. */
  get evaluation(): PlanRunner | undefined {
    const { evaluation } = this.specialization.whole;
    if (evaluation) this.#evaluation ??= this.#plan(new Map([["evaluation", evaluation]]));
    return this.#evaluation;
  }

  #plan(outputs: ReadonlyMap<string, Expression>): PlanRunner {
    const { plan = planElementwise } = this.options.vocabulary;
    const arranged = this.asWritten ? outputs : rearrange(outputs, this.specialization.shapes);
    return new PlanRunner(plan(arranged, this.specialization.shapes), this.options);
  }
}
