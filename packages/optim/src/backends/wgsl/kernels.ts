import { type Expression, isHost, operands, type ReduceOperator, reachable } from "../../rule/expression.ts";
import type { MapPass, ValueLocation } from "../../rule/plan.ts";
import type { Shape } from "../../rule/shape.ts";
import { type Block, countUses, type Source } from "./block.ts";
import { nameOf } from "./buffers.ts";
import type { Geometry } from "./geometry.ts";
import type { ModuleWriter } from "./module.ts";

type Reduction = MapPass["reductions"][number];

/** A reduction to one number, and its position among those of the phase, or of the rule's totals. */
export interface Slotted {
  readonly reduction: Reduction;
  readonly slot: number;
}

/** Start of a maximum: WGSL has no literal for minus infinity. */
const LOWEST = "-3.4028234e38";

/** Running results of reductions, one variable each. */
class Accumulators {
  readonly #operators: readonly ReduceOperator[];
  readonly #names: readonly string[];

  constructor(
    private readonly block: Block,
    reductions: readonly { readonly reduction: Reduction }[],
  ) {
    this.#operators = reductions.map(({ reduction }) => reduction.node.op);
    this.#names = this.#operators.map((op) =>
      op === "max" ? block.variable("largest", LOWEST) : block.variable("sum", "0.0"),
    );
  }

  name(index: number): string {
    return this.#names[index] as string;
  }

  add(value: (index: number) => string): void {
    for (const [index, op] of this.#operators.entries()) {
      const [name, added] = [this.name(index), value(index)];
      this.block.line(op === "max" ? `${name} = max(${name}, ${added});` : `${name} += ${added};`);
    }
  }

  /** Reduces over the workgroup; its first lane assigns the results. */
  assign(module: ModuleWriter, target: (index: number) => string): void {
    const all = this.#operators.map((op, index) =>
      this.block.let("all", `${module.acrossWorkgroup(op)}(${this.name(index)}, lane)`),
    );
    this.block.open("if (lane == 0u)");
    for (const [index, name] of all.entries()) this.block.line(`${target(index)} = ${name};`);
    this.block.close();
  }
}

/** Returns the nodes from which one kernel computes its roots, numbers of the whole tensor first. */
function nodesOf(module: ModuleWriter, reads: MapPass["reads"], roots: readonly Expression[]): readonly Expression[] {
  const isLeaf = (e: Expression): boolean =>
    reads.has(e) || (isHost(e) && (!module.isOfDevice(e) || e.kind === "reduce" || e.kind === "read"));
  const nodes = reachable(roots, (e) => (isLeaf(e) ? [] : operands(e)));
  return [...nodes.filter(isHost), ...nodes.filter((e) => !isHost(e))];
}

/** Returns the index of the current element in an array of some shape. */
type Index = (shape: Shape) => string;

/** Returns the name of a value that is read. */
function nameOfRead(location: ValueLocation): string {
  if (location.kind !== "stream") return "value";
  return location.name === "g" ? "gradient" : `${location.name}Old`;
}

/** Returns the sources of the elements of a pass. */
function elementSource(module: ModuleWriter, pass: MapPass, index: Index): Source {
  return {
    ...module.source,
    position: () => index(pass.space),
    load: (e) => {
      const location = pass.reads.get(e);
      return location
        ? { name: nameOfRead(location), text: module.buffers.read(location, index(location.shape)) }
        : module.source.load(e);
    },
    roots: new Map([
      ...pass.reductions.map(({ node }): [Expression, string] => [node.a, "x"]),
      ...pass.stores.map(({ location, value }): [Expression, string] => [value, `${nameOf(location)}New`]),
    ]),
  };
}

/**
 * Returns the index of elements by the position `i` in the pass's space, or by coordinates if an array requires them.
 */
function elementIndex({ geometry }: ModuleWriter, block: Block, { space, reads, stores }: MapPass): Index {
  const locations = [...reads.values(), ...stores.map(({ location }) => location)];
  if (locations.every(({ shape }) => geometry.index(shape, space, "i") !== null)) {
    return (shape) => geometry.index(shape, space, "i") as string;
  }
  locate(block, geometry, space);
  return (shape) => (shape === space ? "i" : geometry.indexAt(shape, space));
}

/** Names the coordinates of the element at position `i`. */
function locate(block: Block, geometry: Geometry, space: Shape): void {
  for (const axis of geometry.axes(space)) {
    block.line(`let ${geometry.coordinate(axis)} = ${geometry.along(axis, space, "i")};`);
  }
}

function store({ buffers }: ModuleWriter, block: Block, { stores }: MapPass, index: Index): void {
  for (const { location, value } of stores) {
    block.line(`${buffers.write(location, index(location.shape))} = ${block.text(value)};`);
  }
}

/** Returns the index of one of several parts. */
const part = (slot: number, count: string, index: string): string =>
  slot === 0 ? index : `${slot === 1 ? count : `${slot}u * ${count}`} + ${index}`;

const listed = (list: readonly { readonly location: ValueLocation }[]): string =>
  list.map(({ location }) => nameOf(location)).join(", ");

/** Writes the kernel that stores values for each element of the space. */
export function storeKernel(module: ModuleWriter, pass: MapPass, phase: string): void {
  const isUpdate = pass.stores.some(({ location }) => location.kind === "stream");
  const label = `${phase}, for each element: ${listed(pass.stores)}`;
  module.elementwise(isUpdate ? "update" : "store", label, pass.space, (block) => {
    const roots = pass.stores.map(({ value }) => value);
    const nodes = nodesOf(module, pass.reads, roots);
    const index = elementIndex(module, block, pass);
    block.compute(nodes, countUses(nodes, roots), elementSource(module, pass, index));
    store(module, block, pass, index);
  });
}

/**
 * Writes the kernel of a pass with reductions to one number: each workgroup walks over a part of the space and stores a
 * part of the result.
 */
export function partialKernel(module: ModuleWriter, pass: MapPass, slots: readonly Slotted[], phase: string): void {
  const { geometry, buffers, uniforms, workgroupSize } = module;
  const label = `${phase}, for each element: ${pass.stores.length > 0 ? `${listed(pass.stores)}, and ` : ""}parts of reductions`;
  module.perWorkgroup({ wanted: "reduce", label, workgroups: module.groups }, (block) => {
    const roots = [...pass.stores.map(({ value }) => value), ...slots.map(({ reduction }) => reduction.node.a)];
    const nodes = nodesOf(module, pass.reads, roots);
    const uses = countUses(nodes, roots);
    block.compute(nodes.filter(isHost), uses, module.source);
    const accumulators = new Accumulators(block, slots);
    const groups = module.groupCount();
    const [from, by] = [`group.x * ${workgroupSize}u + lane`, `${groups} * ${workgroupSize}u`];
    block.open(`for (var i = ${from}; i < ${geometry.volume(pass.space)}; i += ${by})`);
    const index = elementIndex(module, block, pass);
    block.compute(nodes, uses, elementSource(module, pass, index));
    accumulators.add((k) => block.text((slots[k] as Slotted).reduction.node.a));
    store(module, block, pass, index);
    block.close();
    accumulators.assign(module, (k) => {
      const { slot, reduction } = slots[k] as Slotted;
      if (reduction.node.total === null) return buffers.writeNumber("partials", part(slot, groups, "group.x"));
      const [count, own] = [uniforms.chosen("totalCount"), uniforms.chosen("totalFrom")];
      return buffers.writeNumber("totalPartials", part(slot, count, `${own} + group.x`));
    });
  });
}

/** Writes the kernel that combines the parts of reductions to one number, in one workgroup. */
export function combineKernel(module: ModuleWriter, slots: readonly Slotted[], isTotal: boolean, phase: string): void {
  const { buffers, uniforms, workgroupSize } = module;
  const [wanted, what, per] = isTotal
    ? (["combineTotals", "once for all tensors: totals", "all tensors"] as const)
    : (["combine", "once: results", "tensor"] as const);
  const label = `${phase}, ${what} from their parts`;
  module.perWorkgroup({ wanted, label, per, workgroups: 1 }, (block) => {
    const count = isTotal ? uniforms.chosen("totalCount") : module.groupCount();
    const accumulators = new Accumulators(block, slots);
    block.open(`for (var k = lane; k < ${count}; k += ${workgroupSize}u)`);
    accumulators.add((k) =>
      buffers.number(isTotal ? "totalPartials" : "partials", part((slots[k] as Slotted).slot, count, "k")),
    );
    block.close();
    accumulators.assign(module, (k) => {
      const { slot, reduction } = slots[k] as Slotted;
      if (isTotal) return buffers.writeNumber("totals", `${slot}u`);
      return buffers.writeNumber("results", `${module.resultSlot(reduction.node)}u`);
    });
  });
}

/** Writes the kernel of reductions along some axes: one invocation for each result. */
export function alongKernel(
  module: ModuleWriter,
  pass: MapPass,
  reductions: readonly Reduction[],
  phase: string,
): void {
  const { geometry, buffers } = module;
  const { shape } = (reductions[0] as Reduction).location;
  const label = `${phase}, for each element of ${listed(reductions)}: along the other axes`;
  module.elementwise("along", label, shape, (block) => {
    locate(block, geometry, shape);
    const roots = reductions.map(({ node }) => node.a);
    const nodes = nodesOf(module, pass.reads, roots);
    const uses = countUses(nodes, roots);
    const source = elementSource(module, pass, (other) => geometry.indexAt(other, pass.space));
    block.compute(nodes.filter(isHost), uses, source);
    const accumulators = new Accumulators(
      block,
      reductions.map((reduction) => ({ reduction })),
    );
    const loops = geometry.axes(pass.space).filter((axis) => shape[axis] === ".");
    for (const axis of loops) {
      const name = geometry.coordinate(axis);
      block.open(`for (var ${name} = 0u; ${name} < ${geometry.length(pass.space[axis] as string)}; ${name}++)`);
    }
    block.compute(nodes, uses, source);
    accumulators.add((k) => block.text((reductions[k] as Reduction).node.a));
    for (const _ of loops) block.close();
    for (const [k, { location }] of reductions.entries()) {
      block.line(`${buffers.write(location, "i")} = ${accumulators.name(k)};`);
    }
  });
}

/** A state that is one number: its position in `scalars`, its name and its new value. */
export type ScalarStore = readonly [slot: number, name: string, value: Expression];

/** Writes the kernel that stores the new values of states that are one number, when nothing needs the old ones. */
export function finishKernel(module: ModuleWriter, states: readonly ScalarStore[]): void {
  module.single("finish", `At the end, once: ${states.map(([, name]) => name).join(", ")}`, (block) => {
    const roots = states.map(([, , value]) => value);
    const nodes = nodesOf(module, new Map(), roots);
    const names = new Map(states.map(([, name, value]) => [value, `${name}New`]));
    block.compute(nodes, countUses(nodes, roots), { ...module.source, roots: names });
    for (const [slot, , value] of states) {
      block.line(`${module.buffers.writeNumber("scalars", `${slot}u`)} = ${block.text(value)};`);
    }
  });
}
