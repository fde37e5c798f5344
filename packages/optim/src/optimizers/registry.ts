import { assignments, type Rule } from "../rule/rule.ts";
import { walk } from "../rule/syntax.ts";
import * as all from "./index.ts";

/** Every optimizer of the library by its name, simplest first: in the order of the number of operations in its rule. */
export const optimizers = /* @__PURE__ */ simplestFirst(all);

function simplestFirst<T extends Readonly<Record<string, { readonly rule: Rule }>>>(named: T): Readonly<T> {
  const sized = Object.entries(named).map((entry) => ({ entry, size: operations(entry[1].rule) }));
  return Object.fromEntries(sized.sort((a, b) => a.size - b.size).map(({ entry }) => entry)) as T;
}

function operations({ lines }: Rule): number {
  const nodes = assignments(lines).flatMap(({ value }) => [...walk(value)]);
  return nodes.filter(({ kind }) => kind !== "name" && kind !== "number" && kind !== "text").length;
}
