import { sizeOf } from "../core/shape.ts";
import type { ValueInfo, Values } from "../core/values.ts";
import type { Device, Session } from "../devices/device.ts";
import type { Question, Trial } from "./question.ts";

/** What each variant took, in milliseconds. */
export type Times = Readonly<Record<string, number>>;

/** Milliseconds: of the clock on the wall, and of work that this process had done until then, in all its threads. */
export interface Moment {
  readonly wall: number;
  readonly work: number;
}

export interface MeasureOptions {
  readonly threads: number;
  /** Whether ONNX Runtime may rewrite the models. */
  readonly optimize: boolean;
  /** Default: the clocks of Node. */
  readonly now?: () => Moment;
}

/** Runs of a variant, of which the shortest counts. */
const RUNS = 3;
/** Milliseconds after which a variant has been run enough. */
const ENOUGH = 60;
/** Several threads were disturbed where the processor worked for others for more than this share of a run. */
const OTHERS = 0.15;
/** A variant so many times as slow as the best is not run again. */
const HOPELESS = 1.3;

/** Times the variants of a question, the usual one first; one that fails, or was disturbed all along, is left out. */
export async function measure(device: Device, question: Question, options: MeasureOptions): Promise<Times> {
  const { threads, optimize, now = nodeClocks } = options;
  const times: Record<string, number> = {};
  let best = Number.POSITIVE_INFINITY;
  for (const variant of [question.usual, ...question.variants.filter((name) => name !== question.usual)]) {
    const trial = question.trial(variant);
    let session: Session | undefined;
    try {
      session = await device.compile(trial.bytes, { ...trial, threads, optimize });
      const time = await shortestRun(session, trial, { threads, now, limit: best * HOPELESS });
      if (time === null) continue;
      best = Math.min(best, time);
      times[variant] = time;
    } catch {
      // What does not run here is not chosen.
    } finally {
      await session?.dispose();
    }
  }
  return times;
}

interface Clocks {
  readonly threads: number;
  readonly now: () => Moment;
  /** A run that took longer is the last. */
  readonly limit: number;
}

/** The time of the shortest run; null where each was disturbed. */
async function shortestRun(session: Session, trial: Trial, { threads, now, limit }: Clocks): Promise<number | null> {
  const feeds = Object.fromEntries(trial.inputs.map((info, i) => [info.name, noise(info, i)]));
  // The first run finds no memory yet.
  await session.run(feeds, {});
  let [shortest, count] = [Number.POSITIVE_INFINITY, 0];
  const begin = now().wall;
  for (let end = begin; count < RUNS && end - begin < ENOUGH && !(count > 0 && shortest > limit); ) {
    const before = now();
    await session.run(feeds, {});
    const after = now();
    end = after.wall;
    const time = timeBetween(before, after, threads);
    if (time === null) continue;
    shortest = Math.min(shortest, time);
    count++;
  }
  return count > 0 ? shortest : null;
}

/** The time of a run without what the processor did for others in it; null where that cannot be told apart. */
function timeBetween(before: Moment, after: Moment, threads: number): number | null {
  const [wall, work] = [after.wall - before.wall, after.work - before.work];
  if (threads === 1) return work;
  // Threads that wait for one another do so at work.
  return work >= (1 - OTHERS) * threads * wall ? wall : null;
}

function nodeClocks(): Moment {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), work: (user + system) / 1000 };
}

/** Numbers about 1: zeros and tiny numbers would be multiplied faster, or slower. */
function noise({ shape }: ValueInfo, seed: number): Values {
  const period = Float32Array.from({ length: 1021 }, (_, i) => Math.sin(i * i + seed));
  const values = new Float32Array(sizeOf(shape));
  for (let at = 0; at < values.length; at += period.length) {
    values.set(period.subarray(0, values.length - at), at);
  }
  return values;
}

/** What another variant must gain to be taken instead of the usual one: less may be chance. */
const GAIN = 0.03;

/** The variant to take; null where none ran. */
export function fastest(times: Times, usual: string): string | null {
  const [first, ...others] = Object.keys(times);
  if (first === undefined) return null;
  const best = others.reduce(
    (found, name) => ((times[name] as number) < (times[found] as number) ? name : found),
    first,
  );
  const time = times[usual];
  return time !== undefined && (times[best] as number) > (1 - GAIN) * time ? usual : best;
}
