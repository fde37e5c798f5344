import type { Optimizer } from "@downhill/optim";
import type { Model, Network } from "../../src/index.ts";
import golden from "../fixtures/ports.json" with { type: "json" };
import { initialized } from "./data.ts";

/** Losses of all steps for each network, or as "loss" if there is one network. */
export type Losses = Readonly<Record<string, readonly number[]>>;

/** Trains a port and returns its losses. */
export type Port = () => Promise<Losses>;

interface Disposable {
  dispose(): Promise<void>;
}

interface PortOptions<Name extends string, Step extends Disposable> {
  readonly model: Model<Name>;
  readonly optimizer: Optimizer;
  readonly compile: (network: Network<Name>) => Promise<Step>;
  /** Runs a step, from 0. */
  readonly run: (step: Step, index: number) => Promise<{ readonly loss: number }>;
}

/** Defines a port with one network and one loss. */
export const port =
  <Name extends string, Step extends Disposable>(options: PortOptions<Name, Step>): Port =>
  async () => {
    const network = initialized(options.model);
    const step = await options.compile(network);
    const updater = options.optimizer.bind(network.parameters);
    const losses: number[] = [];
    for (let i = 0; i < golden.steps; i++) {
      losses.push((await options.run(step, i)).loss);
      updater.step();
    }
    await step.dispose();
    return { loss: losses };
  };

interface JointPortOptions<Networks extends Readonly<Record<string, Network>>, Step extends Disposable> {
  readonly networks: Networks;
  readonly optimizers: { readonly [Name in keyof Networks]?: Optimizer };
  readonly compile: (networks: Networks) => Promise<Step>;
  readonly run: (step: Step, index: number) => Promise<{ readonly losses: Readonly<Record<string, number>> }>;
}

/** Defines a port with several networks, or with one that is applied several times. */
export const jointPort =
  <Networks extends Readonly<Record<string, Network>>, Step extends Disposable>(
    options: () => JointPortOptions<Networks, Step>,
  ): Port =>
  async () => {
    const { networks, optimizers, compile, run } = options();
    const step = await compile(networks);
    const trained = Object.entries<Optimizer | undefined>(optimizers);
    const updaters = trained.map(([name, optimizer]) => optimizer?.bind((networks[name] as Network).parameters));
    const losses: Record<string, number[]> = Object.fromEntries(trained.map(([name]) => [name, []]));
    for (let i = 0; i < golden.steps; i++) {
      for (const [name, loss] of Object.entries((await run(step, i)).losses)) losses[name]?.push(loss);
      for (const updater of updaters) updater?.step();
    }
    await step.dispose();
    return losses;
  };
