import { median } from "./statistics.mjs";
import { Skip } from "./worker.mjs";

/** Steps of this many nanoseconds are timed without a step before them that is not counted. */
const LONG = 200e6;

/** One thing that is measured: a process, or one of the entries of a process that several contestants share. */
export class Contestant {
  #entry;
  /** The nanoseconds per step of each round. @type {number[]} */
  times = [];
  /** The peak memory of its process, in bytes; undefined on systems other than Linux. */
  peakMemory;

  /**
   * @param {string} label
   * @param {import("./worker.mjs").Worker} worker
   * @param {{ patience?: number, entry?: string }} options `patience`: milliseconds that a step may take; a slower
   * contestant is skipped
   */
  constructor(label, worker, { patience = Number.POSITIVE_INFINITY, entry } = {}) {
    this.label = label;
    this.worker = worker;
    this.patience = patience;
    this.#entry = entry;
  }

  get facts() {
    return this.worker.facts;
  }

  /** Waits until it is ready. @throws {@link Skip} if it cannot run */
  async ready() {
    await this.worker.ready();
    const lack = this.#entry && this.facts.entries[this.#entry];
    if (lack) throw new Skip(lack);
  }

  #ask(samples, repeats) {
    return this.worker.ask(samples, repeats, this.#entry);
  }

  /** Finds the number of steps in a round of about the given milliseconds, and warms up meanwhile. */
  async calibrate(milliseconds) {
    const budget = milliseconds * 1e6;
    let [time] = await this.#ask(1, 1);
    if (time > this.patience * 1e6) throw new Skip(`a step takes ${(time / 1e9).toPrecision(2)} s`);
    if (time < LONG) [, time] = await this.#ask(2, 1);
    // Many short steps are timed at once, so that the clock costs nothing. A compiler may still be optimizing them.
    for (let i = 0; i < 2 && time < 1e6; i++) time = median(await this.#ask(4, Math.ceil(5e6 / time)));
    this.repeats = Math.max(1, Math.round(1e6 / time));
    this.samples = Math.max(time < LONG ? 3 : 2, Math.min(50, Math.round(budget / (time * this.repeats))));
    this.warmups = time < LONG ? 1 : 0;
  }

  /** Takes one turn. The first sample of short steps is not counted, because other contestants have filled the caches. */
  async turn() {
    const times = await this.#ask(this.samples + this.warmups, this.repeats);
    this.times.push(median(times.slice(this.warmups)));
    this.peakMemory = this.worker.peakMemory;
  }
}

/**
 * Runs contestants in turns, A B C A B C, so that other load of the machine affects all of them equally. A contestant that
 * cannot run is skipped, and reported to `skipped`. With `heats`, all of them take that many rounds, and only those that
 * `finalists` returns take the rest.
 *
 * @param {(Contestant | null)[]} entered
 * @param {{ rounds: number, milliseconds: number, heats?: number }} effort
 * @param {(label: string, reason: string) => void} skipped
 * @param {(running: Contestant[]) => Contestant[]} finalists
 * @returns {Promise<Contestant[]>}
 */
export async function compete(entered, { rounds, milliseconds, heats = rounds }, skipped, finalists = (all) => all) {
  const running = [];
  try {
    for (const contestant of entered) {
      if (!contestant) continue;
      try {
        await contestant.ready();
        await contestant.calibrate(milliseconds);
        running.push(contestant);
      } catch (error) {
        if (!(error instanceof Skip)) throw error;
        skipped(contestant.label, error.message);
      }
    }
    let remaining = running;
    for (let round = 0; round < rounds; round++) {
      if (round === heats) remaining = finalists(running);
      for (const contestant of remaining) await contestant.turn();
    }
  } finally {
    for (const contestant of entered) contestant?.worker.stop();
  }
  return running;
}
