import type { Tensor } from "../../core/tensor.ts";
import type { LoweredTensors, LoweredValue } from "../lowered-tensors.ts";
import type { BlockedLowerings } from "./blocked-lowering.ts";
import { channels } from "./channels.ts";
import { convolutions } from "./convolutions.ts";
import { elementwise } from "./elementwise.ts";
import { pools } from "./pools.ts";

/** Lowerings by op name. */
const LOWERINGS: BlockedLowerings = { ...convolutions, ...channels, ...pools };

/** Lowers a tensor in blocks; returns null if the blocked layout does not support it. */
export function lowerBlocked(lowered: LoweredTensors, tensor: Tensor): LoweredValue | null {
  const lowering = LOWERINGS[tensor.op.name] ?? (tensor.op.elementwise ? elementwise : undefined);
  return lowering?.(lowered, tensor) ?? null;
}
