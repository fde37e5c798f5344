import { test } from "vitest";
import { checkCase } from "./golden.ts";
import { GOLDEN_OPS } from "./op-table.ts";

test.each(GOLDEN_OPS)(
  "%s: values and gradients are PyTorch's in float64, within 1e-4 of the largest",
  (_, golden, build) => checkCase(golden, build),
);
