import { type Expression, isHost, operands, reachable } from "./expression.ts";
import type { MapPass, Pass, Plan, ValueLocation } from "./plan.ts";
import { ELEMENT, SCALAR, type Shape } from "./shape.ts";

/** True if a pass treats each element by itself, without reading or writing a reduction. */
export const isElementwise = (pass: Pass): pass is MapPass =>
  pass.kind === "map" &&
  pass.flat &&
  pass.reductions.length === 0 &&
  [...pass.reads.values()].every(({ kind }) => kind !== "sums");

/** True if an operation takes more than one instruction; the rule's vocabularies implement it. */
export const isComposite = (e: Expression): boolean =>
  (e.kind === "unary" || e.kind === "binary") && /^(exp|log|cos|pow)$/.test(e.op);

/** Plans a rule without reductions: one pass over the elements. */
export function planElementwise(outputs: ReadonlyMap<string, Expression>, shapes: ReadonlyMap<string, Shape>): Plan {
  const all = reachable(outputs.values());
  const host = all.filter((e) => isHost(e) && e.kind !== "constant");
  const isScalar = (stream: string): boolean => shapes.get(stream) === SCALAR;
  const stores = [...outputs]
    .filter(([name, value]) => !isScalar(name) && !(value.kind === "read" && value.name === name))
    .map(([name, value]) => ({ location: stream(name), value }));
  const nodes = reachable(
    stores.map(({ value }) => value),
    (e) => (isHost(e) ? [] : operands(e)),
  );
  const reads = new Map<Expression, ValueLocation>();
  for (const e of nodes) if (e.kind === "read" && !isHost(e)) reads.set(e, stream(e.name));
  const pass: MapPass = {
    kind: "map",
    space: ELEMENT,
    inner: 3,
    flat: true,
    reads,
    compute: nodes.filter((e) => !isHost(e) && e.kind !== "read"),
    stores,
    reductions: [],
    uniforms: nodes.filter((e) => isHost(e) && e.kind !== "constant"),
    checksGradient: [...reads.values()].some((location) => location.kind === "stream" && location.name === "g"),
  };
  return {
    phases: [{ host, passes: stores.length > 0 ? [pass] : [], results: [], totals: [] }],
    scalarStates: new Map([...outputs].filter(([name]) => isScalar(name))),
    scratch: [],
    sums: [],
    ...hostFacts(all),
  };
}

const stream = (name: string): ValueLocation => ({ kind: "stream", name, shape: ELEMENT });

/** Returns the facts about host expressions that running the plan requires. */
export function hostFacts(all: readonly Expression[]): Pick<Plan, "perTensor" | "usesRandom" | "hostSize"> {
  const host = all.filter(isHost);
  return {
    perTensor: host.some(({ kind }) => kind === "read" || kind === "reduce"),
    usesRandom: all.some((e) => e.kind === "random"),
    hostSize: 1 + Math.max(0, ...host.map((e) => e.id)),
  };
}
