import { expect, test } from "vitest";
import { compare } from "../../../scripts/emulated/compare.mjs";

const result = (name: string, values: readonly number[], form = "portable") => ({
  name,
  form,
  values: Buffer.from(Float32Array.from(values).buffer).toString("base64"),
});

const REFERENCE = { results: [result("convolution", [1, -2, 0.5])], problems: [] };

test.each([
  ["equal values", { results: [result("convolution", [1, -2, 0.5])] }, []],
  ["values that are rounded differently", { results: [result("convolution", [1.00001, -2, 0.5])] }, []],
  [
    "a wrong value in the second form",
    { results: [result("convolution", [1, -2, 0.5]), result("convolution", [1, -2, 0.6], "blocked")] },
    ["convolution, blocked: the relative difference is 0.050"],
  ],
  [
    "a value that is not a number",
    { results: [result("convolution", [1, Number.NaN, 0.5])] },
    ["convolution, portable: the relative difference is Infinity"],
  ],
  [
    "a missing value",
    { results: [result("convolution", [1, -2])] },
    ["convolution, portable: the relative difference is Infinity"],
  ],
  ["no result", { results: [] }, ["convolution: there is no result"]],
  [
    "an unknown result",
    { results: [result("convolution", [1, -2, 0.5]), result("pool", [1])] },
    ["pool, portable: the relative difference is Infinity"],
  ],
  [
    "a problem of the processor",
    { results: [result("convolution", [1, -2, 0.5])], problems: ["convolutions, blocked: wrong results"] },
    ["convolutions, blocked: wrong results"],
  ],
])("results of an emulated processor are compared with the reference: %s", (_, found, problems) => {
  expect(compare(REFERENCE, { problems: [], ...found })).toEqual(problems);
});
