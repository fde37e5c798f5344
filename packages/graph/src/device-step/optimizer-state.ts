import type { Optimizer, TensorState, UpdaterState } from "@downhill/optim";
import { type StateLayout, stateMisfit, type TensorLayout } from "@downhill/optim/rule";
import { at, type Shape, sameShape, showShape, sizeOf } from "../core/shape.ts";
import { GraphError } from "../error.ts";
import type { UpdateGraph } from "../optimizer/update-graph.ts";

/** One state of one parameter. As in `updateGraph`, its name is `STATE of TENSOR`. */
interface StateEntry {
  readonly name: string;
  readonly state: string;
  readonly tensor: string;
  readonly shape: Shape;
}

/** Converts between an optimizer's states in a graph and the state that its updater saves, so that each can resume the other. */
export class OptimizerState {
  readonly #optimizer: string;
  readonly #microSteps: number;
  readonly #accumulates: boolean;
  readonly #entries: readonly StateEntry[];
  readonly #shapes: Readonly<Record<string, Shape>>;

  constructor(optimizer: Optimizer, { states, parameters }: UpdateGraph) {
    this.#optimizer = optimizer.name;
    // All groups have the same number of micro-steps.
    this.#microSteps = Number(optimizer.parts.hyperparameters.microSteps ?? 1);
    this.#accumulates = optimizer.parts.rule.everyMicroStep.length > 0;
    this.#entries = Object.entries(states).map(([name, { shape }]) => {
      const [state, ...tensor] = name.split(" of ") as [string, ...string[]];
      return { name, state, tensor: tensor.join(" of "), shape };
    });
    this.#shapes = Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, shape]));
  }

  /** Names and shapes of the states in the graph. */
  get entries(): readonly Pick<StateEntry, "name" | "shape">[] {
    return this.#entries;
  }

  /** Returns the number of complete updates after a number of steps. */
  updates(steps: number): number {
    return Math.floor(steps / this.#microSteps);
  }

  /** Returns the step that completes a number of updates. */
  lastStepOf(updates: number): number {
    return updates * this.#microSteps - 1;
  }

  /** Returns the state that an updater would save after a number of steps. */
  async save(steps: number, seed: number, read: (name: string) => Promise<Float32Array>): Promise<UpdaterState> {
    const values: Record<string, Record<string, Float32Array | number>> = {};
    for (const tensor of Object.keys(this.#shapes)) values[tensor] = {};
    for (const entry of this.#entries) {
      const numbers = await read(entry.name);
      const own = values[entry.tensor] as Record<string, Float32Array | number>;
      own[entry.state] = this.#isNumber(entry) ? at(numbers, 0) : numbers;
    }
    const tensors = Object.entries(this.#shapes).map(([name, shape]): [string, TensorState] => [
      name,
      { shape, values: values[name] as Record<string, Float32Array | number> },
    ]);
    const [step, microStep] = [this.updates(steps), steps % this.#microSteps];
    const parts = this.#accumulates ? { microSteps: this.#microSteps } : {};
    return { optimizer: this.#optimizer, step, microStep, ...parts, seed, tensors: Object.fromEntries(tensors) };
  }

  /**
   * Returns the number of steps taken, and the states in the graph by name.
   * @throws GraphError for a state of another optimizer or of other tensors
   */
  restore(saved: UpdaterState): { steps: number; states: Record<string, Float32Array> } {
    const refuse = (why: string): never => {
      throw new GraphError(`upload: the saved state does not match: ${why}`);
    };
    if (saved?.optimizer !== this.#optimizer) {
      refuse(`it is of the optimizer '${saved?.optimizer}'. Expected a state of '${this.#optimizer}'.`);
    }
    const { step, microStep, tensors } = saved;
    if (!Number.isInteger(step) || step < 0) refuse(`its step is ${step}. Expected a whole number from 0.`);
    for (const [tensor, shape] of Object.entries(this.#shapes)) {
      const found = tensors?.[tensor]?.shape;
      if (Array.isArray(found) && sameShape(found, shape)) continue;
      const has = Array.isArray(found) ? `the shape ${showShape(found)}` : "no values";
      refuse(`it has ${has} for '${tensor}'. Expected the shape ${showShape(shape)}.`);
    }
    const states: Record<string, Float32Array> = {};
    for (const { name, state, tensor, shape } of this.#entries) {
      const value = tensors[tensor]?.values?.[state];
      const numbers = typeof value === "number" ? [value] : (value ?? []);
      if (numbers.length !== sizeOf(shape)) {
        refuse(`it has ${numbers.length} numbers of '${name}'. Expected ${sizeOf(shape)}.`);
      }
      states[name] = Float32Array.from(numbers);
    }
    const later = Object.keys(this.#shapes).find((tensor) => tensors[tensor]?.values?.t !== undefined);
    if (later !== undefined) refuse(`'${later}' started later than the others. Expected tensors of one step count.`);
    const misfit = stateMisfit(saved, this.#layout());
    if (misfit) refuse(misfit);
    return { steps: step * this.#microSteps + microStep, states };
  }

  /** Returns the layout of the state that an updater of the optimizer saves. */
  #layout(): StateLayout {
    const layouts = Object.entries(this.#shapes).map(([tensor, shape]): [string, TensorLayout] => {
      const own = this.#entries.filter((entry) => entry.tensor === tensor);
      const states = own.map((entry) => [entry.state, this.#isNumber(entry) ? null : sizeOf(entry.shape)] as const);
      return [tensor, { shape, states: new Map(states) }];
    });
    const microSteps = this.#accumulates ? this.#microSteps : null;
    return { optimizer: this.#optimizer, microSteps, tensors: new Map(layouts), dtype: "float32" };
  }

  /** True if an updater keeps the state as a single number. */
  #isNumber({ tensor, shape }: StateEntry): boolean {
    return shape.length === 0 && this.#shapes[tensor]?.length !== 0;
  }
}
