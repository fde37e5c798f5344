import { Optimizer } from "./optimizer.ts";
import type { OptimizerParts } from "./parts.ts";

/** Returns an optimizer with changed contents: those of each part, if it is a split. */
export function mapParts({ parts }: Optimizer, change: (parts: OptimizerParts) => OptimizerParts): Optimizer {
  const { split } = parts;
  const main = change(parts);
  if (!split) return new Optimizer(main);
  const others = split.others.map((part) => ({ ...part, parts: change(part.parts) }));
  return new Optimizer({ ...main, split: { ...split, others } });
}

/** Returns the contents of an optimizer: those of all parts, the first one first, if it is a split. */
export const allParts = ({ parts }: Optimizer): readonly OptimizerParts[] => [
  parts,
  ...(parts.split?.others.map((part) => part.parts) ?? []),
];
