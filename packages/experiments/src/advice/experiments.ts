import type { Entrant } from "../comparison/entrant.ts";
import type { Draft } from "./advice.ts";
import type { Experiment, ExperimentName, Measured } from "./experiment.ts";
import { givenOf, type Length } from "./lengths.ts";
import { sum } from "./results.ts";

/** Experiments of an advice so far: their entrants, whose times count once. */
export class Experiments {
  readonly #draft: Draft;
  readonly #seeds: readonly number[];
  readonly #entrants = new Map<ExperimentName, Entrant[]>();
  readonly #counted = new Set<string>();

  /** @param seeds seeds of the questions */
  constructor(draft: Draft, seeds: readonly number[]) {
    this.#draft = draft;
    this.#seeds = seeds;
  }

  /** Requests trainings, counts their time, and returns their results in the order of the entrants. */
  *measure(
    name: ExperimentName,
    added: readonly Entrant[],
    length: Length,
    options: Pick<Experiment, "expected"> & Partial<Pick<Experiment, "seeds" | "tuning" | "part">>,
  ): Generator<Experiment, readonly Measured[], readonly Measured[]> {
    const { facts } = this.#draft;
    const entrants = this.#entrants.get(name) ?? [];
    this.#entrants.set(name, entrants);
    for (const entrant of added) if (!entrants.some((one) => one.name === entrant.name)) entrants.push(entrant);
    const { part = "validation" } = options;
    const measured = yield {
      name,
      given: givenOf(facts, length, part),
      entrants: [...entrants],
      seeds: this.#seeds,
      tuning: 0,
      tuningSeed: (this.#seeds.at(-1) as number) + 1,
      ...options,
      part,
    };
    for (const one of measured) {
      const key = `${name} ${one.name}`;
      if (this.#counted.has(key)) continue;
      this.#counted.add(key);
      this.#draft.spent += sum(one.elapsed) / (name === "noise-scale" ? 1 : facts.jobs);
    }
    return added.flatMap((entrant) => measured.filter((one) => one.name === entrant.name));
  }
}
