import { planElementwise } from "../rule/elementwise.ts";
import { type Expression, reachable } from "../rule/expression.ts";
import { rearrange } from "../rule/rearrange.ts";
import type { Specialization } from "../rule/specialize.ts";
import type { TensorBinding } from "./binding.ts";
import { evaluateHost, hostValue } from "./host.ts";
import { PlanRunner, type RunnerOptions, type StepContext } from "./runner.ts";

/**
 * Tensors that share a specialisation of the rule. A condition such as `t == 1` holds for a whole step, so each
 * combination of such conditions has a plan of its own, made when it is first needed.
 */
export class Cohort {
  readonly #variants = new Map<string, PlanRunner>();
  readonly #conditions: readonly [string, Expression][];
  readonly #order: readonly Expression[];
  readonly #values: Float64Array;

  constructor(
    readonly specialization: Specialization,
    private readonly asWritten: boolean,
    private readonly options: RunnerOptions,
  ) {
    this.#conditions = [...specialization.whole.conditions];
    this.#order = reachable(this.#conditions.map(([, condition]) => condition)).filter((e) => e.kind !== "constant");
    this.#values = new Float64Array(1 + Math.max(0, ...this.#order.map((e) => e.id)));
  }

  /** The plan for a tensor in a step: which of the rule's conditions hold is known before it starts. */
  runner(binding: TensorBinding, context: StepContext): PlanRunner {
    evaluateHost(this.#order, this.#values, (name) => binding.scalars.get(name) ?? context.scalar(name));
    const truths = new Map(this.#conditions.map(([key, condition]) => [key, hostValue(condition, this.#values) !== 0]));
    const key = [...truths.values()].map(Number).join("");
    let runner = this.#variants.get(key);
    if (!runner) {
      runner = this.plan(this.specialization.variant(truths).outputs);
      this.#variants.set(key, runner);
    }
    return runner;
  }

  /** A runner of other expressions over the same streams. */
  plan(outputs: ReadonlyMap<string, Expression>): PlanRunner {
    const { plan = planElementwise } = this.options.vocabulary;
    const arranged = this.asWritten ? outputs : rearrange(outputs, this.specialization.shapes);
    return new PlanRunner(plan(arranged, this.specialization.shapes), this.options);
  }
}
