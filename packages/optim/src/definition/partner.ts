import type { Role } from "./condition.ts";
import type { OptimizerFactory, WithMaximize } from "./define-optimizer.ts";
import type { HyperparameterArguments, Hyperparameters } from "./hyperparameters.ts";
import type { Optimizer, OptimizerOptions } from "./optimizer.ts";
import { split } from "./split.ts";

/** An optimizer of the library for tensors of one role, which takes a partner for all others. */
export interface PartneredFactory<H> extends OptimizerFactory<H> {
  (
    hyperparameters?: HyperparameterArguments<WithMaximize<H>> & {
      /** Optimizer of all other tensors. Default: none, so that a tensor of another role is an error. */
      readonly partner?: Optimizer;
    },
    options?: OptimizerOptions<HyperparameterArguments<WithMaximize<H>>>,
  ): Optimizer;
  /** Role of the tensors that the rule is for. */
  readonly role: Role;
}

/**
 * Lets an optimizer that is for tensors of one role take a `partner`: `muon({ partner: adamw() })` is `split({ hidden:
 * muon(), rest: adamw() })`.
 */
export function withPartner<H>(factory: OptimizerFactory<H>, role: Role): PartneredFactory<H> {
  const create = (
    { partner, ...own }: Hyperparameters & { readonly partner?: Optimizer } = {},
    options?: OptimizerOptions,
  ): Optimizer => {
    const optimizer = (factory as unknown as OptimizerFactory)(own as never, options as never);
    return partner === undefined ? optimizer : split({ [role]: optimizer, rest: partner });
  };
  return Object.defineProperties(create, {
    ...Object.getOwnPropertyDescriptors(factory),
    role: { value: role, enumerable: true },
  }) as unknown as PartneredFactory<H>;
}
