import type { Tensor } from "../../core/tensor.ts";
import type { Lowered, Stage } from "../stage.ts";
import { channels } from "./channels.ts";
import { convolutions } from "./convolutions.ts";
import { elementwise } from "./elementwise.ts";
import { pools } from "./pools.ts";
import type { Rules } from "./rule.ts";

/** The rules by the names of ops. */
const RULES: Rules = { ...convolutions, ...channels, ...pools };

/** Lowers a tensor in blocks; null where it has no such form. */
export function lowerBlocked(stage: Stage, tensor: Tensor): Lowered | null {
  const rule = RULES[tensor.op.name] ?? (tensor.op.elementwise ? elementwise : undefined);
  return rule?.(stage, tensor) ?? null;
}
