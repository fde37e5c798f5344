import { describe, expect, test } from "vitest";
import {
  chain,
  constant,
  defineOptimizer,
  inEpochs,
  Parameters,
  RuleError,
  type Schedule,
  scale,
  schedules,
  sequence,
  toLatex,
  warmup,
  wgslProgram,
} from "../src/index.ts";

// Structures as deep or as long as their text throw an error that names the limit and the place; they never overflow
// the stack or hang.

const optimizerOf = (rule: readonly string[], state: readonly string[] = []) =>
  defineOptimizer({ name: "o", title: "o", paper: "", hyperparameters: { lr: 0.1, n: 3 }, state, rule });

const many = (text: string, times: number): string => text.repeat(times);
const DEPTH = "the line has more than 256 levels: split it into lines";
const SIZE = "the line has more than 4096 parts: split it into lines";

const LINES: readonly (readonly [what: string, line: string, message: string])[] = [
  ["10^4 parentheses", `w = ${many("(", 1e4)}w${many(")", 1e4)}`, DEPTH],
  ["10^4 parentheses that stay open", `w = ${many("(", 1e4)}`, DEPTH],
  ["10^5 terms", `w = w${many(" + g", 1e5)}`, DEPTH],
  ["10^5 factors", `w = w${many(" * g", 1e5)}`, DEPTH],
  ["10^4 powers", `w = w${many("^2", 1e4)}`, DEPTH],
  ["10^4 signs", `w = ${many("-", 1e4)}w`, DEPTH],
  ["10^4 negations", `w = ${many("!", 1e4)}w`, DEPTH],
  ["10^4 calls", `w = ${many("abs(", 1e4)}w${many(")", 1e4)}`, DEPTH],
  ["10^4 second arguments", `w = ${many("min(1, ", 1e4)}w${many(")", 1e4)}`, DEPTH],
  ["10^4 choices", `w = ${many("g > 0 ? 1 : ", 1e4)}w`, DEPTH],
  ["10^4 choices within choices", `w = ${many("g > 0 ? ", 1e4)}w${many(" : 1", 1e4)}`, DEPTH],
  ["10^4 comparisons", `w = w${many(" < g", 1e4)}`, DEPTH],
  ["a chain of chains", `w = ${many("(", 60)}w${many(`${many(" + g", 30)})`, 60)}`, DEPTH],
  ["a million characters of a name", `w = ${many("a", 1e6)}`, "unknown name"],
  ["10^4 arguments", `w = min(${many("g, ", 1e4)}w)`, SIZE],
  ["a wide tree", `w = ${wide(12)}`, SIZE],
];

/** Returns a tree of n levels with 2^n leaves. */
function wide(levels: number): string {
  let text = "g";
  for (let level = 0; level < levels; level++) text = `(${text} + ${text})`;
  return text;
}

describe("a line with", () => {
  test.each(LINES)("%s: a limit with a caret", (_, line, message) => {
    let error: unknown;
    try {
      optimizerOf([line]);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(RuleError);
    const [problem, excerpt, caret] = (error as Error).message.split("\n") as [string, string, string];
    expect(problem).toContain(message);
    expect(caret).toMatch(/^ *\^$/);
    expect(excerpt.length).toBeLessThan(200);
    expect(caret.length).toBeLessThanOrEqual(excerpt.length + 1);
  });

  test("the caret marks the position in the shown part of a long line", () => {
    const line = `w = ${many("w + ", 60)}@ ${many("+ w", 60)}`;
    expect(() => optimizerOf([line])).toThrow(/unexpected character '@'\n {2}\.\.\.(.*)@.*\.\.\.\n {2} {3}\1? *\^/);
    const [, excerpt = "", caret = ""] = (() => {
      try {
        optimizerOf([line]);
      } catch (error) {
        return (error as Error).message.split("\n");
      }
      return [];
    })();
    expect(excerpt[caret.indexOf("^")]).toBe("@");
  });

  test.each([
    `w = w${many(" + g", 200)}`,
    `w = ${many("(", 200)}w${many(")", 200)}`,
    `w = ${many("-", 200)}w`,
    `w = ${wide(10)}`,
  ])("less than the limit works", (line) => {
    const parameters = new Parameters({ x: [1] });
    parameters.gradients.fill(1);
    optimizerOf([line])().bind(parameters).step();
    expect(Number.isFinite(parameters.value("x")[0])).toBe(true);
    expect(toLatex(optimizerOf([line]).rule).length).toBeGreaterThan(10);
  });
});

describe("lines that build on each other", () => {
  test("3,000 of them do not overflow the stack", () => {
    const rule = [...new Array(3000).fill("w = w + lr * g"), "w = w / 2"];
    for (const options of [{}, { asWritten: true, backend: "interpreter" as const }]) {
      const parameters = new Parameters({ x: [4] });
      parameters.gradients.fill(1);
      optimizerOf(rule)({ lr: 0.01 }).bind(parameters, options).step();
      expect(parameters.value("x")[0]).toBeCloseTo(15, 2);
    }
    expect(wgslProgram(optimizerOf(rule).rule, { shape: [4] }).code.length).toBeGreaterThan(1000);
  }, 180_000);

  test("a number that is used many times is written once", () => {
    const rule = ["a = lr", ...new Array(60).fill("a = a + a * lr"), "w = a > 1 ? w : w - lr * g"];
    const parameters = new Parameters({ x: [4] });
    parameters.gradients.fill(1);
    optimizerOf(rule)({ lr: 0.01 }).bind(parameters).step();
    expect(parameters.value("x")[0]).toBeCloseTo(-0.01, 6);
    expect(wgslProgram(optimizerOf(rule).rule, { shape: [4] }).code.length).toBeLessThan(1e5);
  });

  test("too many operations throw an error at the line", () => {
    const rule = new Array(12_000).fill("w = w + lr * g * w");
    expect(() => optimizerOf(rule)().bind(new Parameters({ x: [1] }))).toThrow(
      /the rule makes more than 20000 operations: use fewer lines or repeats\n {2}w = w \+ lr \* g \* w\n {2} *\^/,
    );
  });
});

describe("schedules within schedules", () => {
  const NESTED: readonly (readonly [string, (inner: Schedule) => Schedule])[] = [
    ["scale", (inner) => scale(inner, 0.999)],
    ["chain", (inner) => chain({ schedules: [inner] })],
    ["sequence", (inner) => sequence({ schedules: [inner, constant({ base: 1 })], milestones: [5] })],
    ["warmup", (inner) => warmup(inner, { steps: 2 })],
    ["inEpochs", (inner) => inEpochs(inner, 10)],
  ];
  const MESSAGE = "schedules are nested in more than 100 levels: use fewer";

  test.each(NESTED)("%s: 10^4 levels throw an error that names the limit", (_, wrap) => {
    const nest = (levels: number): Schedule => {
      let schedule = constant({ base: 1 }) as Schedule;
      for (let level = 1; level < levels; level++) schedule = wrap(schedule);
      return schedule;
    };
    expect(() => nest(10_000)).toThrow(MESSAGE);
    const most = nest(100);
    expect(Number.isFinite(most(3))).toBe(true);
    expect(schedules.build(JSON.parse(JSON.stringify(most.description)))(3)).toBe(most(3));

    let description: object = { ...wrap(constant({ base: 1 })).description };
    const [key = "schedule"] = Object.entries(description).flatMap(([name, value]) =>
      JSON.stringify(value)?.includes('"kind"') ? [name] : [],
    );
    const outer = description as Record<string, unknown>;
    for (let level = 0; level < 10_000; level++) {
      description = {
        ...outer,
        [key]: Array.isArray(outer[key]) ? [description, ...outer[key].slice(1)] : description,
      };
    }
    expect(() => schedules.build(description as never)).toThrow(MESSAGE);
  });

  test("a description that contains itself, or endlessly nested arguments, throws too", () => {
    const cyclic: Record<string, unknown> = { kind: "chain" };
    cyclic.schedules = [cyclic];
    expect(() => schedules.build(cyclic as never)).toThrow(MESSAGE);
    let deep: unknown = 1;
    for (let level = 0; level < 10_000; level++) deep = [deep];
    expect(() => constant({ base: deep as number })).toThrow("constant: base = a list: expected a number");
    expect(() => schedules.build(deep as never)).toThrow(MESSAGE);
  });
});
