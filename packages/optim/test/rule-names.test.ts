import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";

interface Row {
  readonly state?: string;
  /** Source text of each line. */
  readonly rule: readonly string[];
  /** Source text that is underlined. */
  readonly at: string;
  readonly message: string;
}

const WRONG: readonly Row[] = [
  {
    state: `["m"]`,
    rule: [`"m = bata1 * m"`, `"w = w - lr * m"`],
    at: `"m = bata1 * m"`,
    message: `"unknown name 'bata1' in 'm = bata1 * m'"`,
  },
  {
    rule: [`"u = abs(w) * sqroot(c)"`, `"w = u"`],
    at: `"u = abs(w) * sqroot(c)"`,
    message: `"unknown function 'sqroot' in 'u = abs(w) * sqroot(c)'"`,
  },
  {
    rule: [`"lr = lr / 2"`, `"w = g"`],
    at: `"lr = lr / 2"`,
    message: `"'lr' is a hyperparameter and cannot be assigned"`,
  },
  { rule: [`"t = t + 1"`, `"w = g"`], at: `"t = t + 1"`, message: `"'t' is given and cannot be assigned"` },
  { rule: [`"w -= g"`, `"w = g"`], at: `"w -= g"`, message: `"expected 'name = expression', not 'w -= g'"` },
  { rule: [`"u = g"`], at: "rule", message: `"'w' is never assigned"` },
  {
    state: `["m", "vMax"]`,
    rule: [`"m = g"`, `"w = m"`],
    at: "rule",
    message: `"state 'vMax' is never assigned"`,
  },
  {
    rule: [`repeat("steps", ["w = g"])`],
    at: `repeat("steps", ["w = g"])`,
    message: `"repeat count 'steps' is not a hyperparameter"`,
  },
  {
    rule: [`repeat("nsSteps", ["w = u"])`],
    at: `repeat("nsSteps", ["w = u"])`,
    message: `"unknown name 'u' in 'w = u'"`,
  },
];

/** Far longer than any optimizer, to show that the compiler's limits on recursion are higher still. */
const LONG = Array.from({ length: 100 }, (_, line) =>
  JSON.stringify(`w = ${"sqrt(w) * (1 - beta1^t) + ".repeat(20)}${line}`),
);

const source = ({ state, rule }: Pick<Row, "state" | "rule">): string => `
  import { repeat } from "../src/rule/names.ts";
  import { define } from "./rule-names.types.ts";
  define({
    hyperparameters: { lr: 0.1, beta1: 0.9, nsSteps: 5 },
    state: ${state ?? "[]"},
    rule: [${rule.join(", ")}],
  });`;

/** Compiles snippets as files of this folder. Returns the errors of each and their places. */
function compile(snippets: readonly string[]): { at: string; message: string }[][] {
  const files = new Map(snippets.map((text, i) => [fileURLToPath(new URL(`snippet-${i}.ts`, import.meta.url)), text]));
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files].map(([name, text]) => {
    const file = program.getSourceFile(name);
    const diagnostics = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return diagnostics.map(({ start = 0, length = 0, messageText }) => ({
      at: text.slice(start, start + length),
      message: ts.flattenDiagnosticMessageText(messageText, "\n"),
    }));
  });
}

describe("the compiler's message for a wrong rule", () => {
  const faults = compile(WRONG.map(source));
  test.each(WRONG.map((row, i) => ({ ...row, faults: faults[i] })))("$message", ({ at, message, faults }) => {
    const text = expect.stringContaining(`is not assignable to type '${message}'.`);
    expect(faults).toEqual([{ at, message: text }]);
  });
});

test("a rule of 100 lines of 500 characters compiles", { timeout: 60_000 }, () => {
  expect(compile([source({ rule: LONG })])).toEqual([[]]);
});
