import type { Optimizer, TensorState, UpdaterState } from "@downhill/optim";
import { type StateLayout, stateMisfit, type TensorLayout } from "@downhill/optim/rule";
import { type Shape, sameShape, showShape, sizeOf } from "../core/shape.ts";
import { GraphError } from "../error.ts";
import type { UpdateGraph } from "../optimizer/update-graph.ts";

/** Where each of an optimizer's states belongs: as in `updateGraph`, it is named `STATE of TENSOR`. */
interface Place {
  readonly name: string;
  readonly state: string;
  readonly tensor: string;
  readonly shape: Shape;
}

/** Translates between an optimizer's states in a graph and what its updater saves, so that each goes on from the other. */
export class OptimizerState {
  readonly #optimizer: string;
  readonly #microSteps: number;
  readonly #accumulates: boolean;
  readonly #places: readonly Place[];
  readonly #shapes: Readonly<Record<string, Shape>>;

  constructor(optimizer: Optimizer, { states, parameters }: UpdateGraph) {
    this.#optimizer = optimizer.parts.rule.name;
    // Of all groups alike.
    this.#microSteps = Number(optimizer.parts.hyperparameters.microSteps ?? 1);
    this.#accumulates = optimizer.parts.rule.everyMicroStep.length > 0;
    this.#places = Object.entries(states).map(([name, { shape }]) => {
      const [state, ...tensor] = name.split(" of ") as [string, ...string[]];
      return { name, state, tensor: tensor.join(" of "), shape };
    });
    this.#shapes = Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, shape]));
  }

  /** Names and shapes in the graph. */
  get places(): readonly Pick<Place, "name" | "shape">[] {
    return this.#places;
  }

  /** How many of so many batches' steps were a whole update. */
  updates(steps: number): number {
    return Math.floor(steps / this.#microSteps);
  }

  /** The step after which the optimizer has updated so often. */
  lastStepOf(updates: number): number {
    return updates * this.#microSteps - 1;
  }

  /** What an updater saves after so many steps. */
  async save(steps: number, seed: number, read: (name: string) => Promise<Float32Array>): Promise<UpdaterState> {
    const values: Record<string, Record<string, Float32Array | number>> = {};
    for (const tensor of Object.keys(this.#shapes)) values[tensor] = {};
    for (const place of this.#places) {
      const numbers = await read(place.name);
      const own = values[place.tensor] as Record<string, Float32Array | number>;
      own[place.state] = this.#isNumber(place) ? (numbers[0] as number) : numbers;
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
   * The states in the graph, by name, and how many steps were taken.
   * @throws GraphError for what was saved of another optimizer, or of other tensors
   */
  restore(saved: UpdaterState): { steps: number; states: Record<string, Float32Array> } {
    const refuse = (why: string): never => {
      throw new GraphError(`upload: the saved state does not fit: ${why}`);
    };
    if (saved?.optimizer !== this.#optimizer) {
      refuse(`it was saved by '${saved?.optimizer}': expected one of '${this.#optimizer}'`);
    }
    const { step, microStep, tensors } = saved;
    if (!Number.isInteger(step) || step < 0) refuse(`its step is ${step}: expected a whole number from 0`);
    for (const [tensor, shape] of Object.entries(this.#shapes)) {
      const found = tensors?.[tensor]?.shape;
      if (Array.isArray(found) && sameShape(found, shape)) continue;
      refuse(
        `it has ${Array.isArray(found) ? showShape(found) : "nothing"} of '${tensor}': expected ${showShape(shape)}`,
      );
    }
    const states: Record<string, Float32Array> = {};
    for (const { name, state, tensor, shape } of this.#places) {
      const value = tensors[tensor]?.values?.[state];
      const numbers = typeof value === "number" ? [value] : (value ?? []);
      if (numbers.length !== sizeOf(shape)) {
        refuse(`it has ${numbers.length} numbers of '${name}': expected ${sizeOf(shape)}`);
      }
      states[name] = Float32Array.from(numbers);
    }
    const misfit = stateMisfit(saved, this.#layout());
    if (misfit) refuse(misfit);
    return { steps: step * this.#microSteps + microStep, states };
  }

  /** What an updater of the optimizer saves. */
  #layout(): StateLayout {
    const layouts = Object.entries(this.#shapes).map(([tensor, shape]): [string, TensorLayout] => {
      const own = this.#places.filter((place) => place.tensor === tensor);
      const states = own.map((place) => [place.state, this.#isNumber(place) ? null : sizeOf(place.shape)] as const);
      return [tensor, { shape, states: new Map(states) }];
    });
    const microSteps = this.#accumulates ? this.#microSteps : null;
    return { optimizer: this.#optimizer, microSteps, tensors: new Map(layouts), dtype: "float32" };
  }

  /** Whether an updater keeps the state as one number. */
  #isNumber({ tensor, shape }: Place): boolean {
    return shape.length === 0 && this.#shapes[tensor]?.length !== 0;
  }
}
