import { createInterface } from "node:readline";

/**
 * Runs the contestant's side of the protocol in worker.mjs: prints that it is ready, then takes the steps that each
 * line requests, and answers with their times. It returns when its input ends.
 *
 * @param {() => void | Promise<void>} step
 * @param {Record<string, unknown>} facts printed with "ready"
 */
export async function answer(step, facts = {}) {
  console.log(JSON.stringify({ ready: true, ...facts }));
  for await (const line of createInterface({ input: process.stdin })) {
    const [samples, repeats] = line.split(" ").map(Number);
    const times = [];
    for (let sample = 0; sample < samples; sample++) {
      const start = process.hrtime.bigint();
      for (let i = 0; i < repeats; i++) {
        const pending = step();
        if (pending) await pending;
      }
      times.push(Number(process.hrtime.bigint() - start) / repeats);
    }
    console.log(JSON.stringify(times));
  }
}

/** Prints the reason why there is nothing to measure. */
export function decline(error) {
  console.log(JSON.stringify({ skip: error instanceof Error ? error.message : String(error) }));
}
