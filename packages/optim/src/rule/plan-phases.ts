import { type Expression, type ExpressionOf, isHost, operands, reachable } from "./expression.ts";
import type { MapPass, Pass, Phase, Plan, ValueLocation } from "./plan.ts";
import { hostFacts } from "./plan-elementwise.ts";
import { ELEMENT, SCALAR, type Shape } from "./shape.ts";

/**
 * Splits the expressions of a step into phases at each reduction and matrix product. The shapes are those of the
 * states, because an assigned value may be smaller than its state, such as one zero for all elements.
 */
export function planPhases(outputs: ReadonlyMap<string, Expression>, shapes: ReadonlyMap<string, Shape>): Plan {
  const shapeOf = (stream: string): Shape => shapes.get(stream) ?? ELEMENT;
  const all = reachable(outputs.values());
  const levels = levelsOf(all);
  const level = (e: Expression): number => levels.get(e) ?? 0;
  const last = Math.max(...[...outputs.values()].map(level));
  const locations = new Map<Expression, ValueLocation>();
  const sums: Shape[] = [];

  const reductions = all.filter((e): e is ExpressionOf<"reduce"> => e.kind === "reduce");
  for (const node of reductions) {
    locations.set(node, { kind: "sums", index: sums.length, shape: node.shape });
    sums.push(node.shape);
  }
  const products = all.filter(isOfMatrices);
  const stored = new Set(products.flatMap(operands).filter((e) => e.kind !== "read" && !waits(e)));
  const scratch = assignScratch(
    [...stored, ...products],
    levels,
    lastNeeds(all, outputs, stored, levels, last),
    locations,
  );
  for (const e of all)
    if (e.kind === "read" && !isHost(e)) locations.set(e, { kind: "stream", name: e.name, shape: e.shape });

  let unchecked = true;
  const mapPass = (
    phase: number,
    space: Shape,
    stores: MapPass["stores"],
    reduced: readonly ExpressionOf<"reduce">[],
  ): MapPass => {
    const isRead = (e: Expression): boolean => locations.has(e) && !(stored.has(e) && level(e) === phase);
    const stop = (e: Expression): boolean => isHost(e) || isRead(e);
    const roots = [...stores.map(({ value }) => value), ...reduced.map((node) => node.a)];
    const nodes = reachable(roots, (e) => (stop(e) ? [] : operands(e)));
    const reads = new Map(
      nodes.filter((e) => !isHost(e) && isRead(e)).map((e) => [e, locations.get(e) as ValueLocation]),
    );
    const compute = nodes.filter((e) => !stop(e));
    const checksGradient = unchecked && [...reads.keys()].some((e) => e.kind === "read" && e.name === "g");
    if (checksGradient) unchecked = false;
    return {
      kind: "map",
      space,
      inner: Math.max(...[...space].map((letter, axis) => (letter === "." ? 0 : axis))),
      flat:
        [...reads.keys(), ...compute].every((e) => e.shape === space) && reduced.every((node) => node.shape === SCALAR),
      reads,
      compute,
      stores,
      reductions: reduced.map((node) => ({ location: locations.get(node) as ValueLocation, node })),
      uniforms: nodes.filter((e) => isHost(e) && e.kind !== "constant"),
      checksGradient,
    };
  };

  const phases: Phase[] = [];
  for (let phase = 0; phase <= last; phase++) {
    const reducedNow = reductions.filter((node) => levels.get(node) === phase + 1);
    const storedNow = [...stored].filter((e) => level(e) === phase);
    const spaces = new Set([...reducedNow.map((node) => node.a.shape), ...storedNow.map((e) => e.shape)]);
    const passes: Pass[] = [...spaces].map((space) =>
      mapPass(
        phase,
        space,
        storedNow
          .filter((e) => e.shape === space)
          .map((value) => ({ location: locations.get(value) as ValueLocation, value })),
        reducedNow.filter((node) => node.a.shape === space),
      ),
    );
    for (const e of products) {
      if (level(e) !== phase + 1) continue;
      const out = locations.get(e) as ValueLocation;
      if (e.kind === "identity") {
        passes.push({ kind: e.kind, out });
        continue;
      }
      const a = locations.get(e.a) as ValueLocation;
      if (e.kind === "product") {
        const { kind, leftTransposed, rightTransposed } = e;
        const b = locations.get(e.b) as ValueLocation;
        passes.push({ kind, a, b, out, leftTransposed, rightTransposed, symmetric: isSymmetric(e) });
      } else passes.push(e.kind === "transpose" ? { kind: "transpose", a, out } : { kind: e.kind, op: e.op, a, out });
    }
    if (phase === last)
      passes.push(...finalPasses(outputs, shapeOf, (space, stores) => mapPass(phase, space, stores, [])));
    phases.push({
      host: all.filter((e) => isHost(e) && e.kind !== "constant" && e.kind !== "reduce" && level(e) === phase),
      passes,
      results: reducedNow
        .filter((node) => node.shape === SCALAR)
        .map((node) => ({ location: locations.get(node) as ValueLocation, node })),
      totals: reducedNow.filter((node) => node.total !== null),
    });
  }

  return {
    phases,
    scalarStates: new Map([...outputs].filter(([name]) => shapeOf(name) === SCALAR)),
    scratch,
    sums,
    ...hostFacts(all),
  };
}

/**
 * Returns the passes that store the streams, when their old values are not needed anymore: larger streams first,
 * because they may read smaller ones.
 */
function finalPasses(
  outputs: ReadonlyMap<string, Expression>,
  shapeOf: (stream: string) => Shape,
  pass: (space: Shape, stores: MapPass["stores"]) => MapPass,
): MapPass[] {
  const bySpace = new Map<Shape, { location: ValueLocation; value: Expression }[]>();
  for (const [name, value] of outputs) {
    if (value.kind === "read" && value.name === name) continue;
    const space = shapeOf(name);
    if (space === SCALAR) continue;
    const list = bySpace.get(space) ?? [];
    list.push({ location: { kind: "stream", name, shape: space }, value });
    bySpace.set(space, list);
  }
  const axes = (space: Shape): number => [...space].filter((letter) => letter !== ".").length;
  return [...bySpace].sort(([a], [b]) => axes(b) - axes(a)).map(([space, stores]) => pass(space, stores));
}

/**
 * Returns the phase in which each value can be computed: a reduction or product is known one phase after its operands.
 */
function levelsOf(all: readonly Expression[]): Map<Expression, number> {
  // Number of reductions over all tensors that a value needs one after another.
  const depth = new Map<Expression, number>();
  for (const e of all) {
    const below = Math.max(0, ...operands(e).map((operand) => depth.get(operand) ?? 0));
    depth.set(e, e.kind === "reduce" && e.total !== null ? below + 1 : below);
  }
  const levels = new Map<Expression, number>();
  const deepest = Math.max(0, ...depth.values());
  for (let d = 0; d <= deepest; d++) {
    const here = all.filter((e) => depth.get(e) === d);
    // Totals of one depth share a phase, so that every kind of tensor meets the same barriers in the same order.
    const totals = here.filter((e) => e.kind === "reduce" && e.total !== null);
    const meeting = Math.max(0, ...totals.map((e) => levels.get(operands(e)[0] as Expression) ?? 0));
    for (const e of here) {
      const ready = Math.max(0, ...operands(e).map((operand) => levels.get(operand) ?? 0));
      levels.set(e, waits(e) ? (totals.includes(e) ? meeting : ready) + 1 : ready);
    }
  }
  return levels;
}

const isOfMatrices = (e: Expression): e is ExpressionOf<"product" | "transpose" | "identity" | "decomposition"> =>
  e.kind === "product" || e.kind === "transpose" || e.kind === "identity" || e.kind === "decomposition";

/** True if a value is declared symmetric, or the product of a matrix and its own transpose, or of two such equal values. */
const isSymmetric = (e: Expression): boolean =>
  e.kind === "product" &&
  (e.symmetric || (e.a === e.b && (e.leftTransposed !== e.rightTransposed || isSymmetric(e.a))));

/** True if a value is known only one phase after its operands. */
const waits = (e: Expression): boolean => e.kind === "reduce" || isOfMatrices(e);

/**
 * Returns the last phase in which each value is read or recomputed; a value that is not kept is recomputed for each
 * use.
 */
function lastNeeds(
  all: readonly Expression[],
  outputs: ReadonlyMap<string, Expression>,
  kept: ReadonlySet<Expression>,
  levels: ReadonlyMap<Expression, number>,
  last: number,
): Map<Expression, number> {
  const needs = new Map([...outputs.values()].map((e) => [e, last]));
  for (const user of [...all].reverse()) {
    const level = levels.get(user) ?? 0;
    const at = waits(user) ? level - 1 : kept.has(user) ? level : (needs.get(user) ?? 0);
    for (const operand of operands(user)) needs.set(operand, Math.max(needs.get(operand) ?? 0, at));
  }
  return needs;
}

/** Assigns an area of its shape to each kept value. An area is free again after the last phase that reads it. */
function assignScratch(
  values: readonly Expression[],
  levels: ReadonlyMap<Expression, number>,
  needs: ReadonlyMap<Expression, number>,
  locations: Map<Expression, ValueLocation>,
): Shape[] {
  const areas: Shape[] = [];
  const used: { index: number; until: number }[] = [];
  // A product is written in the phase before its level.
  const birth = (e: Expression): number => (levels.get(e) ?? 0) - (waits(e) ? 1 : 0);
  for (const e of [...values].sort((a, b) => birth(a) - birth(b))) {
    const reusable = used.findIndex(({ index, until }) => areas[index] === e.shape && until < birth(e));
    const index = reusable >= 0 ? (used.splice(reusable, 1)[0] as { index: number }).index : areas.push(e.shape) - 1;
    locations.set(e, { kind: "scratch", index, shape: e.shape });
    used.push({ index, until: needs.get(e) ?? Number.POSITIVE_INFINITY });
  }
  return areas;
}
