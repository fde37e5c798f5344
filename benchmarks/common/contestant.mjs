import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { median } from "./statistics.mjs";

/** The reason why something is not measured. It is printed, and is not a failure. */
export class Skip extends Error {}

/**
 * A process that takes optimizer steps on request. It prints one line of JSON when it is ready, or `{"skip": reason}`.
 * For each line "SAMPLES REPEATS" it then takes that many samples of that many steps, and prints the nanoseconds per step
 * of each as JSON. It uses no processor time while it waits, so that any number of contestants can take turns.
 */
export class Contestant {
  #process;
  #lines;
  #errors = "";
  /** The facts that it printed when it was ready. @type {Record<string, any>} */
  facts = {};
  /** The nanoseconds per step of each round. @type {number[]} */
  times = [];

  /** The peak memory of the process so far, in bytes; undefined on systems other than Linux. */
  peakMemory;

  /**
   * @param {string} label @param {string} command @param {string[]} args
   * @param {{ env?: Record<string, string>, patience?: number }} options `patience`: milliseconds that a step may take;
   * it is left out where one takes longer
   */
  constructor(label, command, args, { env = {}, patience = Number.POSITIVE_INFINITY } = {}) {
    this.label = label;
    this.patience = patience;
    this.#process = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"] });
    this.#process.on("error", (error) => {
      this.#errors += error.message;
    });
    // The read that fails next reports its last output.
    this.#process.stdin.on("error", () => {});
    this.#process.stderr.on("data", (data) => {
      this.#errors += data;
    });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async #read() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Skip(`${this.label} ended early: ${lastLine(this.#errors)}`);
    return JSON.parse(value);
  }

  /** Waits until it is ready. @throws {@link Skip} if it cannot run */
  async ready() {
    this.facts = await this.#read();
    if (this.facts.skip) throw new Skip(this.facts.skip);
    return this;
  }

  /** Takes samples. @returns {Promise<number[]>} the nanoseconds per step of each sample */
  async ask(samples, repeats) {
    this.#process.stdin.write(`${samples} ${repeats}\n`);
    return this.#read();
  }

  /** Finds the number of steps in a round of about the given milliseconds, and warms up meanwhile. */
  async calibrate(milliseconds) {
    const budget = milliseconds * 1e6;
    let [time] = await this.ask(1, 1);
    if (time > this.patience * 1e6) throw new Skip(`a step takes ${(time / 1e9).toPrecision(2)} s`);
    await this.ask(1, 1);
    [time] = await this.ask(1, 1);
    // Many short steps are timed at once, so that the clock costs nothing. A compiler may still be optimizing them.
    for (let i = 0; i < 2 && time < 1e6; i++) time = median(await this.ask(4, Math.ceil(5e6 / time)));
    this.repeats = Math.max(1, Math.round(1e6 / time));
    this.samples = Math.max(3, Math.min(50, Math.round(budget / (time * this.repeats))));
  }

  /** Takes one turn. The first sample is not counted, because other contestants have filled the caches. */
  async turn() {
    const [, ...times] = await this.ask(this.samples + 1, this.repeats);
    this.times.push(median(times));
    this.peakMemory = peakMemoryOf(this.#process.pid) ?? this.peakMemory;
  }

  stop() {
    this.#process.kill("SIGKILL");
  }
}

/**
 * Runs contestants in turns, A B C A B C, so that other load of the machine affects all of them equally. A contestant that
 * cannot run is skipped, and reported to `skipped`.
 *
 * @param {(Contestant | null)[]} entered
 * @param {{ rounds: number, milliseconds: number }} effort
 * @param {(what: string, reason: string) => void} skipped
 * @returns {Promise<Contestant[]>}
 */
export async function compete(entered, { rounds, milliseconds }, skipped) {
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
    for (let round = 0; round < rounds; round++) for (const contestant of running) await contestant.turn();
  } finally {
    for (const contestant of entered) contestant?.stop();
  }
  return running;
}

function peakMemoryOf(pid) {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return kilobytes * 1024;
  } catch {
    return undefined;
  }
}

const lastLine = (text) => text.trim().split("\n").at(-1) || "no message";
