import assert from "node:assert/strict";
import { adam, defineOptimizer, lion, Parameters, rmsprop, sgd } from "@downhill/optim";
import { mutateText } from "../mutate.mjs";

const WORDS = [
  "w",
  "g",
  "m",
  "t",
  "lr",
  "+",
  "-",
  "*",
  "/",
  "^",
  "(",
  ")",
  "?",
  ":",
  ",",
  "=",
  "0",
  "1e400",
  "sqrt",
  "max",
  "__proto__",
  "sign",
  "<",
  "\n",
];

/** A rule that never assigns `w` has no place for a caret: it is a SyntaxError, and no RuleError. */
export const forUsers = ["SyntaxError"];

/** Rules: one that is accepted computes the same in the interpreter and in WebAssembly. */
export async function prepare() {
  return [sgd, adam, lion, rmsprop].map(({ hyperparameters: { maximize, ...hyperparameters }, rule }) => ({
    hyperparameters,
    state: rule.state,
    lines: rule.lines.map(({ text }) => text).filter((text) => !text.includes("maximize")),
  }));
}

export async function run(rules, random) {
  const { hyperparameters, lines, state } = random.pick(rules);
  const rule = [...lines];
  const at = random.below(rule.length);
  rule[at] = mutateText(rule[at], random, WORDS);
  const factory = defineOptimizer({
    name: "fuzz",
    title: "Fuzz",
    paper: "https://example.org",
    hyperparameters,
    state,
    rule,
  });
  const [expected, found] = ["interpreter", "wasm"].map((backend) => descend(factory, backend));
  assert.deepEqual(found, expected);
}

/** Three steps on x^2 + y; undefined where gradients are refused. */
function descend(factory, backend) {
  const parameters = new Parameters({ x: [5], y: [2, 3] });
  parameters.setValue("x", [1, -2, 0.5, 0, 3]);
  parameters.setValue("y", [1, 1, -1, 2, 0.25, -0.5]);
  // The plan that WebAssembly runs by default rounds differently from the rule as it is written.
  const updater = factory().bind(parameters, { backend, asWritten: true });
  for (let step = 0; step < 3; step++) {
    parameters.setGradient(
      "x",
      parameters.value("x").map((x) => (Number.isFinite(x) ? 2 * x : 1)),
    );
    parameters.setGradient("y", [1, -1, 0.5, 0, 1, 1]);
    updater.step();
  }
  return [...parameters.values];
}
