import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { median } from "./statistics.mjs";

/** Why something is not measured: printed, never a failure. */
export class Skip extends Error {}

/**
 * A process that takes optimizer steps when asked. It prints one line of JSON when it is ready, or `{"skip": reason}`;
 * for each line "SAMPLES REPEATS" it then takes that many samples of that many steps, and prints the nanoseconds a step
 * of each as JSON. While it waits it uses no processor, so that any number of them can take turns.
 */
export class Contestant {
  #process;
  #lines;
  #errors = "";
  /** What it told when it was ready. @type {Record<string, any>} */
  facts = {};
  /** One for each round: nanoseconds a step. @type {number[]} */
  times = [];

  /** Of the steps so far: the most that the process has had of the memory at once, in bytes; undefined but on Linux. */
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
    // What it says on its way out is reported by the read that fails then.
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

  /** Waits until it is ready; throws a {@link Skip} where it cannot be. */
  async ready() {
    this.facts = await this.#read();
    if (this.facts.skip) throw new Skip(this.facts.skip);
    return this;
  }

  /** @returns {Promise<number[]>} nanoseconds a step, for each sample */
  async ask(samples, repeats) {
    this.#process.stdin.write(`${samples} ${repeats}\n`);
    return this.#read();
  }

  /** Finds how many steps make a round of about so many milliseconds, warming up meanwhile. */
  async calibrate(milliseconds) {
    const budget = milliseconds * 1e6;
    let [time] = await this.ask(1, 1);
    if (time > this.patience * 1e6) throw new Skip(`a step takes ${(time / 1e9).toPrecision(2)} s`);
    await this.ask(1, 1);
    [time] = await this.ask(1, 1);
    // Short steps are timed many at a time, so that the clock costs nothing; a compiler may still be at work on them.
    for (let i = 0; i < 2 && time < 1e6; i++) time = median(await this.ask(4, Math.ceil(5e6 / time)));
    this.repeats = Math.max(1, Math.round(1e6 / time));
    this.samples = Math.max(3, Math.min(50, Math.round(budget / (time * this.repeats))));
  }

  /** Takes its turn: the first sample finds the caches as another left them, and is not counted. */
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
 * Runs contestants in turn, A B C A B C, so that whatever else the machine does meets all of them alike. One that cannot
 * run is left out, and told to `skipped`.
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
