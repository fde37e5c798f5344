import type { Dtype } from "../parameters/dtype.ts";
import type { Parameters } from "../parameters/parameters.ts";
import { foldedHyperparameters } from "../rule/fold.ts";
import { specialize } from "../rule/specialize.ts";
import { tensorFacts } from "../rule/tensor.ts";
import { show } from "../show.ts";
import { TensorBinding } from "./binding.ts";
import { Cohort } from "./cohort.ts";
import type { BoundGroup } from "./groups.ts";
import type { RunnerOptions } from "./runner.ts";

/** A tensor that an updater changes. */
export interface UpdatedTensor {
  readonly binding: TensorBinding;
  readonly cohort: Cohort;
  readonly group: BoundGroup;
}

/** Binds all tensors that are not frozen and allocates their state; returns them in the order of the parameters. */
export function bindTensors(
  parameters: Parameters<Dtype>,
  groups: readonly BoundGroup[],
  asWritten: boolean,
  options: RunnerOptions,
): UpdatedTensor[] {
  const cohorts = new Map<string, Cohort>();
  const tensors: UpdatedTensor[] = [];
  for (const name of parameters.names) {
    const index = groups.findIndex(({ names }) => names.includes(name));
    const group = groups[index] as BoundGroup;
    if (group.frozen) continue;
    const { rule, minimumRank } = group.parts;
    const dimensions = parameters.shape(name);
    if (dimensions.length < minimumRank) {
      throw new RangeError(
        `${rule.name} is for tensors of at least ${minimumRank} axes, and '${name}' has shape ${show(dimensions)}: ` +
          "pass { partner: adamw() }, or use split",
      );
    }
    const facts = tensorFacts(rule, dimensions);
    let key = String(index);
    if (cohorts.get(key)?.specialization.whole.dependsOnShape) key += ` ${facts.rank} ${facts.axes}`;
    let cohort = cohorts.get(key);
    if (!cohort) {
      const specialization = specialize(rule, foldedHyperparameters(rule, group.hyperparameters), facts);
      cohort = new Cohort(specialization, asWritten, { ...options, vocabulary: rule.vocabulary });
      cohorts.set(key, cohort);
    }
    const binding = new TensorBinding(name, facts, cohort.specialization, parameters, options.region);
    tensors.push({ binding, cohort, group });
  }
  // A state lies in memory in the order of the values, so that sequential reads are prefetched.
  for (const state of new Set(groups.flatMap(({ parts }) => parts.rule.state))) {
    for (const { binding } of tensors) binding.allocateState(state);
  }
  return tensors;
}
