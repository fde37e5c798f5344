import type { Tensor } from "../../core/tensor.ts";
import type { Lowered, Stage } from "../stage.ts";

/** Lowers a tensor whose op has a form in blocks, where that is to be had for its shape. */
export type Rule = (stage: Stage, tensor: Tensor) => Lowered | null;

export type Rules = Readonly<Record<string, Rule>>;
