import type { Rule } from "../rule/rule.ts";
import { walk } from "../rule/syntax.ts";
import * as all from "./index.ts";

/** Every optimizer of the library by its name, simplest first: by the number of operations in its rule. */
export const optimizers = /* @__PURE__ */ simplestFirst(all);

function simplestFirst<T extends Readonly<Record<string, { readonly rule: Rule }>>>(named: T): Readonly<T> {
  const entries = Object.entries(named).map(([name, optimizer]) => ({ name, optimizer, size: operations(optimizer.rule) }));
  entries.sort((a, b) => a.size - b.size);
  return Object.fromEntries(entries.map(({ name, optimizer }) => [name, optimizer])) as T;
}

function operations({ lines }: Rule): number {
  const nodes = lines.flatMap((entry) => ("count" in entry ? entry.lines : [entry])).flatMap(({ value }) => [...walk(value)]);
  return nodes.filter(({ kind }) => kind !== "name" && kind !== "number" && kind !== "text").length;
}
