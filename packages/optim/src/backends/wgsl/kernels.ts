import { type Expression, isHost, type Kind, operands, reachable } from "../../rule/expression.ts";
import type { MapPass, Place, ProductPass, TransposePass } from "../../rule/plan.ts";
import type { Shape } from "../../rule/shape.ts";
import { type Block, countUses, type Source } from "./block.ts";
import { nameOf } from "./buffers.ts";
import type { ModuleWriter } from "./module.ts";

type Reduction = MapPass["reductions"][number];

/** A reduction to one number, and its place among those of the stage, or of the rule's totals. */
export interface Slotted {
  readonly reduction: Reduction;
  readonly slot: number;
}

/** What a maximum starts from: WGSL has no literal for minus infinity. */
const LOWEST = "-3.4028234e38";

/** Running results of reductions, one variable each. */
class Accumulators {
  readonly #names: readonly string[];

  constructor(
    private readonly block: Block,
    private readonly nodes: readonly Kind<"reduce">[],
  ) {
    this.#names = nodes.map(({ op }) => (op === "max" ? block.variable("largest", LOWEST) : block.variable("sum", "0.0")));
  }

  name(index: number): string {
    return this.#names[index] as string;
  }

  add(value: (index: number) => string): void {
    for (const [index, { op }] of this.nodes.entries()) {
      const name = this.name(index);
      this.block.line(op === "max" ? `${name} = max(${name}, ${value(index)});` : `${name} += ${value(index)};`);
    }
  }

  /** Reduces over the workgroup; its first lane assigns the results. */
  assign(module: ModuleWriter, target: (index: number) => string): void {
    const all = this.nodes.map(({ op }, index) => this.block.let("all", `${module.acrossWorkgroup(op)}(${this.name(index)}, lane)`));
    this.block.open("if (lane == 0u)");
    for (const [index, name] of all.entries()) this.block.line(`${target(index)} = ${name};`);
    this.block.close();
  }
}

/** The nodes that roots are computed from in one kernel, numbers of the whole tensor first. */
function nodesOf(module: ModuleWriter, reads: MapPass["reads"], roots: readonly Expression[]): readonly Expression[] {
  const isLeaf = (e: Expression): boolean =>
    reads.has(e) || (isHost(e) && (!module.isOfDevice(e) || e.kind === "reduce" || e.kind === "read"));
  const nodes = reachable(roots, (e) => (isLeaf(e) ? [] : operands(e)));
  return [...nodes.filter(isHost), ...nodes.filter((e) => !isHost(e))];
}

/** What the elements of a pass are computed from; `index` is where they lie in an array of some shape. */
function elementSource(module: ModuleWriter, pass: MapPass, index: (shape: Shape) => string): Source {
  return {
    ...module.source,
    position: index(pass.space),
    load: (e) => {
      const place = pass.reads.get(e);
      if (!place) return module.source.load(e);
      return { name: place.kind === "stream" ? `${place.name}0` : "value", text: module.buffers.read(place, index(place.shape)) };
    },
    stored: new Map(pass.stores.map(({ place, value }) => [value, `${nameOf(place)}1`])),
  };
}

function store({ buffers }: ModuleWriter, block: Block, { stores }: MapPass, index: (shape: Shape) => string): void {
  for (const { place, value } of stores) block.line(`${buffers.write(place, index(place.shape))} = ${block.text(value)};`);
}

const listed = (list: readonly { readonly place: Place }[]): string => list.map(({ place }) => nameOf(place)).join(", ");

/** Stores for each element of the space. */
export function storeKernel(module: ModuleWriter, pass: MapPass, stage: string): void {
  const isUpdate = pass.stores.some(({ place }) => place.kind === "stream");
  const label = `${stage}, for each element: ${listed(pass.stores)}`;
  module.elementwise(isUpdate ? "update" : "store", label, pass.space, (block, i) => {
    const roots = pass.stores.map(({ value }) => value);
    const nodes = nodesOf(module, pass.reads, roots);
    const index = (shape: Shape): string => module.geometry.index(shape, pass.space, i);
    block.compute(nodes, countUses(nodes, roots), elementSource(module, pass, index));
    store(module, block, pass, index);
  });
}

/** The same with reductions to one number: each workgroup walks over a part of the space and leaves a part of the result. */
export function partialKernel(module: ModuleWriter, pass: MapPass, slots: readonly Slotted[], stage: string): void {
  const { geometry, buffers, uniforms, workgroupSize } = module;
  const label = `${stage}, for each element: ${pass.stores.length > 0 ? `${listed(pass.stores)}, and ` : ""}parts of reductions`;
  module.perWorkgroup("reduce", label, module.groups, "tensor", (block) => {
    const roots = [...pass.stores.map(({ value }) => value), ...slots.map(({ reduction }) => reduction.node.a)];
    const nodes = nodesOf(module, pass.reads, roots);
    const uses = countUses(nodes, roots);
    const index = (shape: Shape): string => geometry.index(shape, pass.space, "i");
    const source = elementSource(module, pass, index);
    block.compute(nodes.filter(isHost), uses, source);
    const accumulators = new Accumulators(block, slots.map(({ reduction }) => reduction.node));
    const groups = module.groupCount();
    const [from, by] = [`group.x * ${workgroupSize}u + lane`, `${groups} * ${workgroupSize}u`];
    block.open(`for (var i = ${from}; i < ${geometry.volume(pass.space)}; i += ${by})`);
    block.compute(nodes, uses, source);
    accumulators.add((k) => block.text((slots[k] as Slotted).reduction.node.a));
    store(module, block, pass, index);
    block.close();
    accumulators.assign(module, (k) => {
      const { slot, reduction } = slots[k] as Slotted;
      if (reduction.node.total === null) return buffers.writeNumber("partials", `${slot}u * ${groups} + group.x`);
      const part = `${slot}u * ${uniforms.chosen("totalCount")} + ${uniforms.chosen("totalFrom")} + group.x`;
      return buffers.writeNumber("totalPartials", part);
    });
  });
}

/** Combines the parts of reductions to one number, in one workgroup. */
export function combineKernel(module: ModuleWriter, slots: readonly Slotted[], isTotal: boolean, stage: string): void {
  const { buffers, uniforms, workgroupSize } = module;
  const [wanted, what, per] = isTotal
    ? (["combineTotals", "once for all tensors: totals", "all tensors"] as const)
    : (["combine", "once: results", "tensor"] as const);
  module.perWorkgroup(wanted, `${stage}, ${what} from their parts`, 1, per, (block) => {
    const count = isTotal ? uniforms.chosen("totalCount") : module.groupCount();
    const accumulators = new Accumulators(block, slots.map(({ reduction }) => reduction.node));
    block.open(`for (var k = lane; k < ${count}; k += ${workgroupSize}u)`);
    accumulators.add((k) => buffers.number(isTotal ? "totalPartials" : "partials", `${(slots[k] as Slotted).slot}u * ${count} + k`));
    block.close();
    accumulators.assign(module, (k) => {
      const { slot, reduction } = slots[k] as Slotted;
      if (isTotal) return buffers.writeNumber("totals", `${slot}u`);
      return buffers.writeNumber("results", `${module.resultSlot(reduction.node)}u`);
    });
  });
}

/** Reductions along some axes: one invocation for each result. */
export function alongKernel(module: ModuleWriter, pass: MapPass, reductions: readonly Reduction[], stage: string): void {
  const { geometry, buffers } = module;
  const { shape } = (reductions[0] as Reduction).place;
  module.elementwise("along", `${stage}, for each element of ${listed(reductions)}: along the other axes`, shape, (block, i) => {
    const kept = geometry.axes(shape);
    for (const axis of kept) block.line(`let ${geometry.coordinate(axis)} = ${geometry.along(axis, shape, i)};`);
    const roots = reductions.map(({ node }) => node.a);
    const nodes = nodesOf(module, pass.reads, roots);
    const uses = countUses(nodes, roots);
    const source = elementSource(module, pass, (other) => geometry.indexAt(other, pass.space));
    block.compute(nodes.filter(isHost), uses, source);
    const accumulators = new Accumulators(block, reductions.map(({ node }) => node));
    const loops = geometry.axes(pass.space).filter((axis) => !kept.includes(axis));
    for (const axis of loops) {
      const name = geometry.coordinate(axis);
      block.open(`for (var ${name} = 0u; ${name} < ${geometry.length(pass.space[axis] as string)}; ${name}++)`);
    }
    block.compute(nodes, uses, source);
    accumulators.add((k) => block.text((reductions[k] as Reduction).node.a));
    for (const _ of loops) block.close();
    for (const [k, { place }] of reductions.entries()) block.line(`${buffers.write(place, i)} = ${accumulators.name(k)};`);
  });
}

/** A state that is one number: its place in `scalars`, its name and its new value. */
export type ScalarStore = readonly [slot: number, name: string, value: Expression];

/** The new values of states that are one number, once nothing needs the old ones. */
export function finishKernel(module: ModuleWriter, states: readonly ScalarStore[]): void {
  module.single("finish", `At the end, once: ${states.map(([, name]) => name).join(", ")}`, (block) => {
    const roots = states.map(([, , value]) => value);
    const nodes = nodesOf(module, new Map(), roots);
    const stored = new Map(states.map(([, name, value]) => [value, `${name}1`]));
    block.compute(nodes, countUses(nodes, roots), { ...module.source, stored });
    // All are computed before the first is assigned.
    const values = states.map(([, name, value]) => block.let(`${name}1`, block.text(value)));
    for (const [k, [slot]] of states.entries()) block.line(`${module.buffers.writeNumber("scalars", `${slot}u`)} = ${values[k]};`);
  });
}
