/** Checked by the compiler, never run: right rules compile, and each wrong one is an error. */
import { type CheckRule, type CheckText, type ElementaryFunctions, type RuleLines, repeat } from "../src/rule/names.ts";

/** Declaration of defineOptimizer; rule-names.test.ts compiles its snippets against this one too. */
export declare function define<
  const H extends Readonly<Record<string, number | boolean | string>>,
  const L extends RuleLines,
  const S extends readonly string[] = readonly [],
>(definition: {
  hyperparameters: H;
  state?: S;
  rule: CheckRule<L, keyof H & string, S[number], ElementaryFunctions | keyof typeof functions>;
}): { hyperparameters: H; state: S; rule: L };

declare function expression<const Text extends string>(text: CheckText<Text, "lr" | "w">): Text;

declare const functions: { norm: 1; mean: 1; random: 1; normal: 1; matmul: 1; transpose: 1 };
declare const hyperparameters: { lr: 0.1; beta1: 0.9; nsSteps: 5; nesterov: false; mode: string };
declare const someLines: string[];
declare const someText: string;
declare const someNumber: number;

// Right rules.

export const adam = define({
  hyperparameters: { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0, amsgrad: false },
  state: ["m", "v", "vMax"],
  rule: [
    "g = g + weightDecay * w",
    "m = beta1 * m + (1 - beta1) * g",
    "v = beta2 * v + (1 - beta2) * g^2",
    "vMax = amsgrad ? max(vMax, v) : v",
    "w = w - lr * m / (1 - beta1^t) / (sqrt(vMax / (1 - beta2^t)) + eps)",
  ],
});

const sgd = define({ hyperparameters: { lr: 0.1 }, rule: ["w = w - lr * g"] });
sgd satisfies { hyperparameters: { lr: 0.1 }; state: readonly []; rule: readonly ["w = w - lr * g"] };

const muon = define({
  hyperparameters,
  state: ["m"],
  rule: [
    "m = beta1 * m + g",
    "x = m / (norm(m) + machineEpsilon)",
    repeat("nsSteps", ["gram = matmul(x, transpose(x))", "x = 3.4445 * x - matmul(gram, x)"]),
    "scale = mode == 'match * (rms) = adamw' ? 0.2 * sqrt(max(rows, columns)) : 1",
    "w = w - lr * scale * x + 0 * gram",
  ],
});
muon.rule[2].lines satisfies readonly [string, string];

// Any layout, every operator, every form of number; a name may repeat a function's.
define({ hyperparameters, rule: ["  w=w-lr*g  ", "w = sqrt ( abs(sign (-g)) ) * ((w))"] });
define({
  hyperparameters,
  rule: ["a = 1e-8 + .5 - 2.5E+3 * 10 / 1.5e3 % 2 ^ -w", "mean = a", "w = mean(mean)"],
});
define({
  hyperparameters,
  rule: ["a = w<=g ? 1 : w >= g ? 2 : !nesterov ? w != 1 : w==1", "w = clamp(a, -1, 1)"],
});
define({ hyperparameters, rule: ["w = random() + where(t > rank, size, normal( ))"] });
define({ hyperparameters, rule: [`w =\n\t  w -\n\t  lr * g`] });

// Lines that the compiler cannot know are not checked.
define({ hyperparameters, state: ["m"], rule: someLines });
define({ hyperparameters, state: ["m"], rule: [...someLines, "w = later"] });
define({ hyperparameters, state: ["m"], rule: ["w = m", ...someLines] });
define({ hyperparameters, state: ["m"], rule: [someText, "w = unseen"] });
define({ hyperparameters, state: ["m"], rule: [`m = ${someText} * g`, `w = ${someNumber} * m`] });
define({ hyperparameters, rule: [repeat("nsSteps", someLines), "w = inside"] });
define({ hyperparameters, state: someLines, rule: ["w = anything"] });
define({ hyperparameters: {} as Record<string, number>, rule: ["w = anything"] });

// A choice of lines is checked line by line.
define({ hyperparameters, rule: [someNumber > 1 ? "w = w - lr * g" : "w = w - g"] });

expression("2 * w - sqrt(lr)");
expression(someText);

// Wrong rules.

// @ts-expect-error a misspelled hyperparameter
define({ hyperparameters, rule: ["w = w - lrr * g"] });
// @ts-expect-error names are case-sensitive
define({ hyperparameters, rule: ["w = w - Lr * g"] });
// @ts-expect-error a local is known after its line, not before
define({ hyperparameters, rule: ["w = u * g", "u = lr"] });
// @ts-expect-error nor on its line
define({ hyperparameters, rule: ["u = u + g", "w = u"] });
// @ts-expect-error within a function's arguments
define({ hyperparameters, rule: ["w = max(w, sqrt(2 * (1 - u)))"] });
// @ts-expect-error between operators without spaces
define({ hyperparameters, rule: ["w=w-lr*g/u^2"] });
// @ts-expect-error behind quoted text
define({ hyperparameters, rule: ["w = mode == 'a' ? w : mode == 'b' ? u : g"] });
// @ts-expect-error one branch of a choice of lines
define({ hyperparameters, rule: [someNumber > 1 ? "w = w - lr * g" : "w = w - u"] });
// @ts-expect-error unknown function
define({ hyperparameters, rule: ["w = sqroot(w)"] });
// @ts-expect-error unknown function, with a space before its parenthesis
define({ hyperparameters, rule: ["w = abs(lr (w))"] });
// @ts-expect-error a function that is not called
define({ hyperparameters, rule: ["w = sqrt * w"] });
// @ts-expect-error two names without an operator
define({ hyperparameters, rule: ["w = w lr"] });
// @ts-expect-error a hyperparameter
define({ hyperparameters, rule: ["lr = lr / 2", "w = w - lr * g"] });
// @ts-expect-error a given name
define({ hyperparameters, rule: ["t = t + 1", "w = w - lr * g"] });
// @ts-expect-error no assignment
define({ hyperparameters, rule: ["w - lr * g", "w = g"] });
// @ts-expect-error a comparison
define({ hyperparameters, rule: ["w == g", "w = g"] });
// @ts-expect-error a comparison whose first `=` is its second character
define({ hyperparameters, rule: ["w <= g", "w = g"] });
// @ts-expect-error an assignment of another language
define({ hyperparameters, rule: ["w -= lr * g", "w = g"] });
// @ts-expect-error a target that is no name
define({ hyperparameters, rule: ["2u = g", "w = g"] });
// @ts-expect-error nothing to assign
define({ hyperparameters, rule: ["w = "] });
// @ts-expect-error an empty line
define({ hyperparameters, rule: ["", "w = g"] });
// @ts-expect-error a state that is never assigned
define({ hyperparameters, state: ["m", "v"], rule: ["m = g", "w = m + v"] });
// @ts-expect-error w is never assigned
define({ hyperparameters, rule: ["u = w - lr * g"] });
// @ts-expect-error no lines at all
define({ hyperparameters, rule: [] });
// @ts-expect-error a repeat count that is no hyperparameter
define({ hyperparameters, rule: [repeat("steps", ["w = w - lr * g"])] });
// @ts-expect-error a local is no repeat count either
define({ hyperparameters, rule: ["n = 5", repeat("n", ["w = w - lr * g"])] });
// @ts-expect-error an unknown name in a repeated line
define({ hyperparameters, rule: [repeat("nsSteps", ["w = w - lr * u", "u = g"])] });
// @ts-expect-error a hyperparameter assigned in a repeated line
define({ hyperparameters, rule: [repeat("nsSteps", ["lr = lr / 2", "w = w - lr * g"])] });
// @ts-expect-error a line that is no text
define({ hyperparameters, rule: [5, "w = g"] });
// @ts-expect-error an unknown name
expression("2 * v");
// @ts-expect-error an unknown function
expression("root(w)");
