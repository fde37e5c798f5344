import katex from "katex";
import { describe, expect, test } from "vitest";
import { clipByGlobalNorm, optimizers, stochasticWeightAveraging, toLatex } from "../src/index.ts";

const ADAM = String.raw`\begin{aligned}
g_{t} &\leftarrow g_{t} + \lambda\, w_{t-1} \\
m_{t} &= \beta_{1}\, m_{t-1} + \left(1 - \beta_{1}\right)\, g_{t} \\
v_{t} &= \beta_{2}\, v_{t-1} + \left(1 - \beta_{2}\right)\, g_{t}^{2} \\
\hat{m}_{t} &= \frac{m_{t}}{1 - \beta_{1}^{t}} \\
\hat{v}_{t} &= \frac{v_{t}}{1 - \beta_{2}^{t}} \\
w_{t} &= w_{t-1} - \frac{\eta\, \hat{m}_{t}}{\sqrt{\hat{v}_{t}} + \epsilon}
\end{aligned}`;

test("Adam's formula is the paper's", () => {
  expect(toLatex(optimizers.adam.rule)).toBe(ADAM);
});

test("booleans select branches", () => {
  expect(toLatex(optimizers.adam.rule, { amsgrad: true })).toContain(
    String.raw`v^{\max}_{t} &= \max\left(v^{\max}_{t-1},\, v_{t}\right)`,
  );
  expect(toLatex(optimizers.adam.rule, { maximize: true })).toContain(String.raw`g_{t} &\leftarrow -g_{t}`);
});

test("lines that a boolean switches off are omitted", () => {
  expect(toLatex(optimizers.rmsprop.rule)).not.toContain("gMean");
  expect(toLatex(optimizers.rmsprop.rule, { centered: true })).toContain("gMean");
});

describe("every rule is a formula that KaTeX renders", () => {
  const rules = Object.values(optimizers).map(({ rule }) => rule);
  const wrapped = stochasticWeightAveraging(clipByGlobalNorm(optimizers.adam())).rule;
  test.each([...rules, wrapped].map((rule) => [rule.name, rule] as const))("%s", (_, rule) => {
    const booleans = Object.entries(rule.hyperparameters).filter(([, value]) => typeof value === "boolean");
    for (const settings of [{}, Object.fromEntries(booleans.map(([name, value]) => [name, !value]))]) {
      const html = katex.renderToString(toLatex(rule, settings), {
        displayMode: true,
        throwOnError: true,
        strict: "error",
      });
      expect(html).toContain("katex-display");
    }
  });
});
