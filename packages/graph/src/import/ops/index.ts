import type { Handler } from "../context.ts";
import { convolutionOps } from "./convolution.ts";
import { elementwiseOps } from "./elementwise.ts";
import { normalizationOps } from "./normalization.ts";
import { poolingOps } from "./pooling.ts";
import { productOps } from "./products.ts";
import { reductionOps } from "./reductions.ts";
import { shapeOps } from "./shapes.ts";

/** Handlers of the ops that a model may have, keyed by the op. */
export const HANDLERS: ReadonlyMap<string, Handler> = new Map(
  [convolutionOps, elementwiseOps, normalizationOps, poolingOps, productOps, reductionOps, shapeOps].flatMap((ops) =>
    Object.entries(ops),
  ),
);
