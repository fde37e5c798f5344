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

/** A rule that never assigns `w` has no position for a caret, so its error is a SyntaxError, not a RuleError. */
export const forUsers = ["SyntaxError"];

/** Tests rules: an accepted one computes the same in the interpreter and in WebAssembly. */
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

/** Performs three steps on x^2 + y; undefined if the gradients are refused. */
function descend(factory, backend) {
  const parameters = new Parameters({ x: [5], y: [2, 3] });
  parameters.setValue("x", [1, -2, 0.5, 0, 3]);
  parameters.setValue("y", [1, 1, -1, 2, 0.25, -0.5]);
  // By default, WebAssembly runs a plan that rounds differently from the rule as written.
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
