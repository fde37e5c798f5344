import { describe, test } from "vitest";
import { checkCase } from "./golden.ts";
import { SPATIAL_CASES } from "./layer-table.ts";

describe("values and gradients are PyTorch's in float64, within 1e-4 of the largest", () => {
  test.each(SPATIAL_CASES)("%s", (_, golden, build) => checkCase(golden, build));
});
