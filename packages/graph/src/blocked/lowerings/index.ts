import type { Tensor } from "../../core/tensor.ts";
import type { LoweredTensors, LoweredValue } from "../lowered-tensors.ts";
import type { BlockedLowerings } from "./blocked-lowering.ts";
import { channels } from "./channels.ts";
import { convolutions } from "./convolutions.ts";
import { elementwise } from "./elementwise.ts";
import { pools } from "./pools.ts";

/** The rules by the names of ops. */
const RULES: BlockedLowerings = { ...convolutions, ...channels, ...pools };

/** Lowers a tensor in blocks; null where it has no such form. */
export function lowerBlocked(lowered: LoweredTensors, tensor: Tensor): LoweredValue | null {
  const rule = RULES[tensor.op.name] ?? (tensor.op.elementwise ? elementwise : undefined);
  return rule?.(lowered, tensor) ?? null;
}
