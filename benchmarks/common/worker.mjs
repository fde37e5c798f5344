import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** The reason why something is not measured. It is printed, and is not a failure. */
export class Skip extends Error {}

/**
 * A process that takes steps on request. It prints one line of JSON when it is ready, or `{"skip": reason}`. For each line
 * "SAMPLES REPEATS" it then takes that many samples of that many steps, and prints the nanoseconds per step of each as
 * JSON. A process with several kinds of steps lists them when it is ready, `{"entries": {NAME: null or the reason why it
 * is missing}}`, and takes lines "SAMPLES REPEATS NAME". It uses no processor time while it waits.
 */
export class Worker {
  #process;
  #lines;
  #errors = "";
  #ready;
  /** The facts that it printed when it was ready. @type {Record<string, any>} */
  facts = {};

  /** @param {string} command @param {string[]} args @param {Record<string, string>} env added to the environment */
  constructor(command, args, env = {}) {
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
    if (done) throw new Skip(`the process ended early: ${lastLine(this.#errors)}`);
    return JSON.parse(value);
  }

  /** Waits until it is ready. @throws {@link Skip} if it cannot run */
  ready() {
    this.#ready ??= this.#read().then((facts) => {
      if (facts.skip) throw new Skip(facts.skip);
      this.facts = facts;
    });
    return this.#ready;
  }

  /** Takes samples. @returns {Promise<number[]>} the nanoseconds per step of each sample */
  ask(samples, repeats, entry = "") {
    this.#process.stdin.write(`${`${samples} ${repeats} ${entry}`.trim()}\n`);
    return this.#read();
  }

  /** The peak memory of the process so far, in bytes; undefined on systems other than Linux. */
  get peakMemory() {
    try {
      const status = readFileSync(`/proc/${this.#process.pid}/status`, "utf8");
      return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
    } catch {
      return undefined;
    }
  }

  stop() {
    this.#process.kill("SIGKILL");
  }
}

const lastLine = (text) => text.trim().split("\n").at(-1) || "no message";
