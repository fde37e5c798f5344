import type { Tensor } from "../tensor.ts";
import { channels } from "./rules/channels.ts";
import { convolutions } from "./rules/convolutions.ts";
import { elementwise } from "./rules/elementwise.ts";
import { pools } from "./rules/pools.ts";
import type { Rules } from "./rules/rule.ts";
import type { Lowered, Stage } from "./stage.ts";

/** The rules by the names of ops. */
const RULES: Rules = { ...convolutions, ...channels, ...pools };

/** Lowers a tensor in blocks; null where it has no such form. */
export function lowerBlocked(stage: Stage, tensor: Tensor): Lowered | null {
  const rule = RULES[tensor.op.name] ?? (tensor.op.elementwise ? elementwise : undefined);
  return rule?.(stage, tensor) ?? null;
}
