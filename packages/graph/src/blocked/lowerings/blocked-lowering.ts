import type { Tensor } from "../../core/tensor.ts";
import type { LoweredTensors, LoweredValue } from "../lowered-tensors.ts";

/** Lowers a tensor in blocks; returns null if its op does not support its shape. */
export type BlockedLowering = (lowered: LoweredTensors, tensor: Tensor) => LoweredValue | null;

/** Lowerings by op name. */
export type BlockedLowerings = Readonly<Record<string, BlockedLowering>>;
