import type { HyperparameterValue } from "./rule.ts";
import type { Assignment, Syntax } from "./syntax.ts";

/** Returns a function that replaces, in a line, each condition on booleans and choices by the branch that holds. */
export function lineDecider(
  hyperparameters: Readonly<Record<string, HyperparameterValue>>,
): (line: Assignment) => Assignment {
  const decider = new Decider(hyperparameters);
  return (line) => ({ ...line, value: decider.take(line.value) });
}

class Decider {
  constructor(private readonly hyperparameters: Readonly<Record<string, HyperparameterValue>>) {}

  take(syntax: Syntax): Syntax {
    switch (syntax.kind) {
      case "unary":
        return { ...syntax, a: this.take(syntax.a) };
      case "binary":
        return { ...syntax, a: this.take(syntax.a), b: this.take(syntax.b) };
      case "call":
        return { ...syntax, arguments: syntax.arguments.map((argument) => this.take(argument)) };
      case "choose": {
        const decided = this.#decide(syntax.condition);
        if (decided !== undefined) return this.take(decided ? syntax.yes : syntax.no);
        return {
          ...syntax,
          condition: this.take(syntax.condition),
          yes: this.take(syntax.yes),
          no: this.take(syntax.no),
        };
      }
      default:
        return syntax;
    }
  }

  #decide(condition: Syntax): boolean | undefined {
    if (condition.kind === "name") {
      const value = this.hyperparameters[condition.name];
      return typeof value === "boolean" ? value : undefined;
    }
    if (condition.kind === "unary" && condition.op === "!") {
      const inner = this.#decide(condition.a);
      return inner === undefined ? undefined : !inner;
    }
    if (condition.kind !== "binary") return undefined;
    const [a, b] = [this.#choice(condition.a), this.#choice(condition.b)];
    return a === undefined || b === undefined ? undefined : (a === b) === (condition.op === "==");
  }

  #choice(syntax: Syntax): string | undefined {
    if (syntax.kind === "text") return syntax.value;
    const value = syntax.kind === "name" ? this.hyperparameters[syntax.name] : undefined;
    return typeof value === "string" ? value : undefined;
  }
}
