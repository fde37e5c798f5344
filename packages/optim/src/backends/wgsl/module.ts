import type { Expression, ReduceOperator } from "../../rule/expression.ts";
import type { Plan } from "../../rule/plan.ts";
import { ELEMENT, SCALAR, type Shape } from "../../rule/shape.ts";
import type { TensorFacts } from "../../rule/tensor.ts";
import { Block, type Helper, type Source } from "./block.ts";
import { Buffers, type Packing } from "./buffers.ts";
import { knownToDeviceOnly } from "./device.ts";
import { COORDINATES, Geometry } from "./geometry.ts";
import { acrossWorkgroup, cosine, lanes, logarithm, random, tiles } from "./helpers.ts";
import { Identifiers } from "./identifiers.ts";
import { Uniforms } from "./uniforms.ts";

/** One dispatch of a step. */
export interface WgslPass {
  readonly entryPoint: string;
  /** Description for readers. */
  readonly label: string;
  /** `"tensor"` if dispatched for each tensor; `"all tensors"` if once, after all tensors have reached it. */
  readonly per: "tensor" | "all tensors";
  /** Number of invocations with work to do. */
  readonly invocations: number;
  /** Number of workgroups to dispatch. */
  readonly workgroups: readonly [x: number, y: number];
  /** Storage buffers that it uses, by their variables in the module: at most eight. */
  readonly buffers: readonly string[];
  readonly usesUniforms: boolean;
}

export interface ModuleOptions {
  readonly plan: Plan;
  /** Shapes of the states. */
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly facts: TensorFacts;
  /** States that are one number and known only to the device. */
  readonly deviceStates: readonly string[];
  /** Labels of the reductions over all tensors. */
  readonly totals: readonly string[];
  readonly packing: Packing;
  readonly workgroupSize: number;
  readonly isEvaluation: boolean;
}

/** Limit of workgroups along one dimension in WebGPU. */
const DISPATCH_LIMIT = 65535;
/**
 * Number of elements that a lane reduces before its workgroup does, and the largest number of workgroups that store a
 * part.
 */
const ELEMENTS_PER_LANE = 8;
const MOST_GROUPS = 1024;
/** Names in kernels and helpers: no buffer may have these names. */
const OWN =
  "u i k n id lane group groups at batch tile across down lanes leftTile rightTile random scramble cosine logarithm sumOfWorkgroup largestOfWorkgroup";

const ID = "@builtin(global_invocation_id) id: vec3u";
const LANE = "@builtin(local_invocation_index) lane: u32";
const LOCAL = "@builtin(local_invocation_id) at: vec3u";
const GROUP = "@builtin(workgroup_id) group: vec3u";
const GROUPS = "@builtin(num_workgroups) groups: vec3u";

interface Frame {
  readonly wanted: string;
  readonly label: string;
  /** Size of a workgroup. */
  readonly size: string;
  readonly parameters: readonly string[];
  readonly per?: WgslPass["per"];
  readonly invocations: number;
  readonly workgroups: number;
}

/** Collects the kernels of one plan in one module. */
export class ModuleWriter {
  readonly uniforms = new Uniforms();
  readonly geometry: Geometry;
  readonly buffers: Buffers;
  readonly passes: WgslPass[] = [];
  readonly workgroupSize: number;
  /** Side of a matrix product's square tiles. */
  readonly tile: number;
  /** Number of workgroups that store a part of a reduction to one number. */
  readonly groups: number;
  readonly isOfDevice: (e: Expression) => boolean;
  /** Sources of values that do not belong to elements. */
  readonly source: Source;
  readonly #names = new Identifiers([...OWN.split(" "), ...COORDINATES]);
  /** Positions of the results of reductions to one number, for one tensor. */
  readonly #results = new Map<Expression, number>();
  readonly #helpers = new Map<string, string>();
  /** Entry points by the text of their kernels: equal kernels are written once. */
  readonly #written = new Map<string, string>();
  #code = "";

  constructor(private readonly options: ModuleOptions) {
    const { plan, shapes, facts, deviceStates, totals, packing, workgroupSize, isEvaluation } = options;
    this.workgroupSize = workgroupSize;
    this.tile = 2 ** Math.floor(Math.log2(workgroupSize) / 2);
    this.geometry = new Geometry(facts, this.uniforms);
    this.groups = Math.min(MOST_GROUPS, Math.ceil(this.geometry.count(ELEMENT) / (workgroupSize * ELEMENTS_PER_LANE)));
    this.isOfDevice = knownToDeviceOnly(deviceStates);
    this.source = {
      uniforms: this.uniforms,
      isOfDevice: this.isOfDevice,
      load: (e) => this.#load(e),
      position: () => "0u",
      helper: (name) => this.#helper(name),
      roots: new Map(),
    };
    const own = plan.phases.map(({ results }) => results.filter(({ node }) => node.total === null));
    for (const { node } of own.flat()) this.#results.set(node, this.#results.size);
    this.buffers = new Buffers(
      { plan, shapes, axes: facts.axes, scalars: deviceStates, packing, isEvaluation },
      this.#names,
      this.uniforms,
    );
    this.buffers.area("partials", Math.max(...own.map(({ length }) => length)) * this.groups);
    this.buffers.area("results", this.#results.size);
    this.buffers.numbers("totals", totals);
    this.buffers.area("totalPartials", totals.length * this.groups);
  }

  #load(e: Expression): ReturnType<Source["load"]> {
    if (e.shape !== SCALAR) return undefined;
    if (e.kind === "read") {
      const slot = this.options.deviceStates.indexOf(e.name);
      return { name: `${e.name}Old`, text: this.buffers.number("scalars", `${slot}u`) };
    }
    if (e.kind !== "reduce") return undefined;
    const name = e.op === "max" ? "largest" : "sum";
    if (e.total !== null) return { name, text: this.buffers.number("totals", `${this.totalSlot(e.total)}u`) };
    return { name, text: this.buffers.number("results", `${this.resultSlot(e)}u`) };
  }

  resultSlot(node: Expression): number {
    return this.#results.get(node) as number;
  }

  totalSlot(label: string): number {
    return this.options.totals.indexOf(label);
  }

  /** Returns the number of workgroups that store a part of a reduction to one number, as text. */
  groupCount(): string {
    return this.uniforms.integer("groups", this.groups, "workgroups of a reduction to one number");
  }

  #helper(name: Helper): Helper {
    this.#helpers.set(name, { cosine, logarithm, random: () => random(this.uniforms.chosen("key")) }[name]());
    return name;
  }

  /** Returns the function that reduces over the lanes of a workgroup. */
  acrossWorkgroup(op: ReduceOperator): string {
    const name = op === "sum" ? "sumOfWorkgroup" : "largestOfWorkgroup";
    this.#helpers.set("lanes", lanes(this.workgroupSize));
    this.#helpers.set(name, acrossWorkgroup(name, this.workgroupSize, op));
    return name;
  }

  /** Writes a kernel with one invocation for each element of a shape. */
  elementwise(wanted: string, label: string, shape: Shape, write: (block: Block) => void): void {
    const size = this.workgroupSize;
    const invocations = this.geometry.count(shape);
    const workgroups = Math.ceil(invocations / size);
    const frame = { wanted, label, size: `${size}`, parameters: [ID, GROUPS], invocations, workgroups };
    this.#kernel(frame, (block) => {
      block.line(`let i = id.y * groups.x * ${size}u + id.x;`);
      block.open(`if (i >= ${this.geometry.volume(shape)})`);
      block.line("return;");
      block.close();
      write(block);
    });
  }

  /** Writes a kernel with a given number of workgroups, which know their index `group.x` and their lanes. */
  perWorkgroup(given: Pick<Frame, "wanted" | "label" | "per" | "workgroups">, write: (block: Block) => void): void {
    const size = this.workgroupSize;
    const invocations = given.workgroups * size;
    this.#kernel({ ...given, size: `${size}`, parameters: [LANE, GROUP], invocations }, write);
  }

  /** Writes a kernel with one invocation. */
  single(wanted: string, label: string, write: (block: Block) => void): void {
    this.#kernel({ wanted, label, size: "1", parameters: [], invocations: 1, workgroups: 1 }, write);
  }

  /** Writes a kernel with square workgroups, one for each tile of a matrix. */
  tiled(wanted: string, label: string, workgroups: number, write: (block: Block) => void): void {
    this.#helpers.set("tiles", tiles(this.tile));
    const size = `${this.tile}, ${this.tile}`;
    const invocations = workgroups * this.tile ** 2;
    this.#kernel({ wanted, label, size, parameters: [LOCAL, GROUP, GROUPS], invocations, workgroups }, write);
  }

  #kernel(
    { wanted, label, size, parameters, per = "tensor", invocations, workgroups }: Frame,
    write: (block: Block) => void,
  ): void {
    const block = new Block(this.#names.inner());
    this.uniforms.isUsed = false;
    this.buffers.takeUsed();
    write(block);
    const text = `(${parameters.join(", ")}) {\n${block.lines.join("\n")}\n}\n`;
    let entryPoint = this.#written.get(text);
    if (entryPoint === undefined) {
      entryPoint = this.#names.claim(wanted);
      this.#written.set(text, entryPoint);
      this.#code += `\n// ${label}\n@compute @workgroup_size(${size})\nfn ${entryPoint}${text}`;
    }
    const rows = Math.ceil(workgroups / DISPATCH_LIMIT);
    this.passes.push({
      entryPoint,
      label,
      per,
      invocations,
      workgroups: [Math.ceil(workgroups / rows), rows],
      buffers: this.buffers.takeUsed(),
      usesUniforms: this.uniforms.isUsed,
    });
  }

  /** Returns the whole module. */
  code(title: string): string {
    const declarations = `${this.uniforms.declaration()}${this.buffers.declarations()}`;
    return `// ${title}\n\n${declarations}${[...this.#helpers.values()].join("")}${this.#code}`;
  }
}
