import type { Tensor } from "../../core/tensor.ts";
import type { LoweredTensors, LoweredValue } from "../lowered-tensors.ts";

/** Lowers a tensor whose op has a form in blocks, where that is to be had for its shape. */
export type BlockedLowering = (lowered: LoweredTensors, tensor: Tensor) => LoweredValue | null;

export type BlockedLowerings = Readonly<Record<string, BlockedLowering>>;
