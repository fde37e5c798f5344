import { matchesName, type NameMatch, type Network, trainedNames } from "@downhill/graph";
import type { Group, Optimizer } from "@downhill/optim";
import { mapParts } from "@downhill/optim/rule";

/**
 * Returns an optimizer that only changes the trained parameters of a network.
 * @param trains the trained parameters; default all
 * @throws GraphError if no parameter matches
 */
export function onlyTraining(optimizer: Optimizer, { model }: Network, trains?: NameMatch): Optimizer {
  const trained = trainedNames(model, trains);
  const frozen = model.parameters.flatMap(({ name }) => (trained.includes(name) ? [] : [name]));
  if (frozen.length === 0) return optimizer;
  const first = { match: frozen, frozen: true } as object as Group;
  // A group without a tensor is an error, but one whose tensors are all frozen is intended.
  const isUsed = ({ match }: Group): boolean =>
    trained.some((name) => matchesName(match, name)) || !frozen.some((name) => matchesName(match, name));
  return mapParts(optimizer, (parts) => ({ ...parts, groups: [first, ...parts.groups.filter(isUsed)] }));
}
