import { type WgslOptions, type WgslProgram, type WgslStep, wgslProgram } from "../src/index.ts";
import type { Rule } from "../src/rule/rule.ts";
import type { Tensor } from "./run.ts";

// GPUBufferUsage and GPUMapMode, which Node does not have.
const [MAP_READ, COPY_SRC, COPY_DST, UNIFORM, STORAGE] = [1, 4, 8, 64, 128];
const MAP_MODE_READ = 1;

interface DeviceTensor {
  readonly name: string;
  readonly options: WgslOptions;
  /** Programs by the conditions that they assume. */
  readonly programs: Map<string, WgslProgram>;
  readonly buffers: Map<string, GPUBuffer>;
  hostStates: Readonly<Record<string, number>>;
}

interface Task {
  readonly tensor: DeviceTensor;
  readonly program: WgslProgram;
  readonly uniforms: GPUBuffer;
  /** Index of the next pass. */
  next: number;
}

/** Pipelines by the code of their module and their entry point: tensors of one kind have the same code. */
const pipelines = new Map<string, GPUComputePipeline>();

function pipelineOf(device: GPUDevice, { code }: WgslProgram, entryPoint: string): GPUComputePipeline {
  const key = `${entryPoint} ${code}`;
  let pipeline = pipelines.get(key);
  if (!pipeline) {
    pipeline = device.createComputePipeline({
      layout: "auto",
      compute: { module: device.createShaderModule({ code }), entryPoint },
    });
    pipelines.set(key, pipeline);
  }
  return pipeline;
}

/** Runs a rule on tensors in a device's memory, with no information but the rule's WGSL programs. */
export class DeviceRun {
  readonly #tensors: readonly DeviceTensor[];
  /** Buffers that belong to all tensors. */
  readonly #shared = new Map<string, GPUBuffer>();

  constructor(
    private readonly device: GPUDevice,
    private readonly rule: Rule,
    tensors: Readonly<Record<string, Tensor>>,
    private readonly options: WgslOptions = {},
  ) {
    this.#tensors = Object.entries(tensors).map(([name, { shape }]) => ({
      name,
      options: { ...options, shape },
      programs: new Map(),
      buffers: new Map(),
      hostStates: {},
    }));
    for (const [index, { start }] of Object.values(tensors).entries())
      this.#write(index, "w", Float32Array.from(start));
  }

  /** Takes a step along a gradient for each tensor. */
  step(step: WgslStep, gradient: (tensor: string) => Float32Array): void {
    for (const [index, { name }] of this.#tensors.entries()) this.#write(index, "g", gradient(name));
    this.#run(this.#tensors.map((tensor, index) => this.#task(tensor, index, step)));
  }

  /** Computes the weights to evaluate with, which `read` then finds as "evaluation". */
  evaluate(step: WgslStep): void {
    const tasks = this.#tensors.map((tensor, index) => {
      const program = wgslProgram(this.rule, { ...tensor.options, evaluation: true });
      tensor.programs.set("evaluation", program);
      return this.#task(tensor, index, step, program);
    });
    this.#run(tasks);
  }

  /** Reads `w`, a state or the evaluation weights. */
  async read(name: string, stream: string): Promise<Float32Array> {
    const tensor = this.#tensors.find((candidate) => candidate.name === name) as DeviceTensor;
    if (stream in tensor.hostStates) return Float32Array.of(tensor.hostStates[stream] as number);
    for (const program of tensor.programs.values()) {
      for (const binding of program.bindings) {
        const found = binding.contents.find((contents) => contents.name === stream);
        if (found) return this.#download(this.#storage(tensor, program, binding.name), found.from, found.length);
      }
    }
    throw new Error(`${name} has no '${stream}'`);
  }

  destroy(): void {
    for (const buffers of [this.#shared, ...this.#tensors.map((tensor) => tensor.buffers)]) {
      for (const buffer of buffers.values()) buffer.destroy();
    }
  }

  /**
   * Returns the program for a tensor in a step: each combination of the rule's conditions has its own, made when
   * needed.
   */
  #program(tensor: DeviceTensor, step: WgslStep): WgslProgram {
    const [known = wgslProgram(this.rule, tensor.options)] = tensor.programs.values();
    const conditions = this.options.conditions ?? known.conditionsAt({ ...step, hostStates: tensor.hostStates });
    const key = JSON.stringify(conditions);
    const program = tensor.programs.get(key) ?? wgslProgram(this.rule, { ...tensor.options, conditions });
    tensor.programs.set(key, program);
    return program;
  }

  #task(tensor: DeviceTensor, index: number, given: WgslStep, program = this.#program(tensor, given)): Task {
    const parts = this.#tensors.map((other) => this.#program(other, given).totalParts);
    const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
    const own = {
      tensor: tensor.name,
      hostStates: tensor.hostStates,
      totalFrom: sum(parts.slice(0, index)),
      totalCount: sum(parts),
    };
    const { uniforms, hostStates } = program.host({ ...given, ...own });
    tensor.hostStates = { ...tensor.hostStates, ...hostStates };
    const buffer = this.device.createBuffer({
      size: Math.max(16, uniforms.byteLength),
      usage: UNIFORM | COPY_DST,
    });
    this.device.queue.writeBuffer(buffer, 0, uniforms);
    this.#buffer(this.#shared, "totalPartials", program.totals.length * own.totalCount);
    return { tensor, program, uniforms: buffer, next: 0 };
  }

  /** Takes all tensors from one reduction over all of them to the next. */
  #run(tasks: readonly Task[]): void {
    const encoder = this.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    const isAtWork = ({ program, next }: Task): boolean => next < program.passes.length;
    while (tasks.some(isAtWork)) {
      for (const task of tasks) while (task.program.passes[task.next]?.per === "tensor") this.#dispatch(pass, task);
      const waiting = tasks.filter(isAtWork);
      if (waiting[0]) this.#dispatch(pass, waiting[0]);
      for (const task of waiting.slice(1)) task.next++;
    }
    pass.end();
    this.device.queue.submit([encoder.finish()]);
  }

  #dispatch(encoder: GPUComputePassEncoder, task: Task): void {
    const { tensor, program, uniforms } = task;
    const pass = program.passes[task.next++] as WgslProgram["passes"][number];
    const pipeline = pipelineOf(this.device, program, pass.entryPoint);
    const bindings = program.bindings.filter(({ name }) => pass.buffers.includes(name));
    const entries = bindings.map(({ binding, name }) => ({
      binding,
      resource: { buffer: this.#storage(tensor, program, name) },
    }));
    if (pass.usesUniforms) entries.push({ binding: 0, resource: { buffer: uniforms } });
    encoder.setPipeline(pipeline);
    encoder.setBindGroup(0, this.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    encoder.dispatchWorkgroups(...pass.workgroups);
  }

  #storage(tensor: DeviceTensor, program: WgslProgram, name: string): GPUBuffer {
    const { kind, length } = program.bindings.find(
      (binding) => binding.name === name,
    ) as WgslProgram["bindings"][number];
    if (kind === "totals" || kind === "totalPartials") return this.#buffer(this.#shared, kind, length);
    if (kind === "stream" || kind === "scalars") return this.#buffer(tensor.buffers, name, length);
    return this.#buffer(tensor.buffers, `${name} of ${length}`, length);
  }

  #buffer(owner: Map<string, GPUBuffer>, name: string, length: number): GPUBuffer {
    const buffer =
      owner.get(name) ??
      this.device.createBuffer({ size: Math.max(16, 4 * length), usage: STORAGE | COPY_SRC | COPY_DST });
    owner.set(name, buffer);
    return buffer;
  }

  #write(index: number, stream: "w" | "g", values: Float32Array): void {
    const tensor = this.#tensors[index] as DeviceTensor;
    const buffer = this.#storage(tensor, this.#program(tensor, { t: 1 }), stream);
    this.device.queue.writeBuffer(buffer, 0, values as Float32Array<ArrayBuffer>);
  }

  async #download(buffer: GPUBuffer, from: number, length: number): Promise<Float32Array> {
    const copy = this.device.createBuffer({ size: 4 * length, usage: MAP_READ | COPY_DST });
    const encoder = this.device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, 4 * from, copy, 0, 4 * length);
    this.device.queue.submit([encoder.finish()]);
    await copy.mapAsync(MAP_MODE_READ);
    const values = new Float32Array(copy.getMappedRange().slice(0));
    copy.destroy();
    return values;
  }
}
