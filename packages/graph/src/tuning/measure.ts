import { sizeOf } from "../core/shape.ts";
import type { ValueInfo, Values } from "../core/values.ts";
import type { Device, Session } from "../devices/device.ts";
import type { TuningKey, VariantModel } from "./tuning-key.ts";

/** Milliseconds by variant. */
export type Times = Readonly<Record<string, number>>;

/** Readings of two clocks, in milliseconds. */
export interface Moment {
  readonly wall: number;
  /** CPU time of all threads of this process. */
  readonly cpu: number;
}

export interface MeasureOptions {
  readonly threads: number;
  /** Lets ONNX Runtime rewrite the models. */
  readonly optimize: boolean;
  /** Reads the clocks. */
  readonly now: () => Moment;
}

/** Runs of a variant. The shortest counts. */
const RUNS = 3;
/** Milliseconds after which no further run of a variant starts. */
const ENOUGH = 60;
/** A run with several threads is discarded if the CPU time is lower than threads * wall time by more than this share. */
const MAX_DISTURBANCE = 0.15;
/** A variant this many times as slow as the fastest is not run again. */
const HOPELESS = 1.3;

/** Measures the variants of a key, the default variant first. Omits variants that fail, or whose every run is disturbed. */
export async function measure(device: Device, key: TuningKey, options: MeasureOptions): Promise<Times> {
  const { threads, optimize, now } = options;
  const { defaultVariant, variants } = key;
  const times: Record<string, number> = {};
  let best = Number.POSITIVE_INFINITY;
  for (const variant of [defaultVariant, ...variants.filter((name) => name !== defaultVariant)]) {
    const model = key.model(variant);
    let session: Session | undefined;
    try {
      session = await device.compile(model.bytes, { ...model, threads, optimize });
      const time = await shortestRun(session, model, { threads, now, limit: best * HOPELESS });
      if (time === null) continue;
      best = Math.min(best, time);
      times[variant] = time;
    } catch {
      // A variant that does not run on this device is not a candidate.
    } finally {
      await session?.dispose();
    }
  }
  return times;
}

interface RunLimits {
  readonly threads: number;
  readonly now: () => Moment;
  /** Milliseconds. A run that takes longer is the last. */
  readonly limit: number;
}

/** Returns the time of the shortest run; null if all were disturbed. */
async function shortestRun(
  session: Session,
  { inputs }: VariantModel,
  { threads, now, limit }: RunLimits,
): Promise<number | null> {
  const feeds = Object.fromEntries(inputs.map((info, i) => [info.name, noise(info, i)]));
  // Warms up: the first run allocates memory.
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

/** Returns the time of a run without the processor's work for other processes; null if the two cannot be separated. */
function timeBetween(before: Moment, after: Moment, threads: number): number | null {
  const [wall, cpu] = [after.wall - before.wall, after.cpu - before.cpu];
  if (threads === 1) return cpu;
  // Threads that wait for each other spin, so an undisturbed run uses all of them all the time.
  return cpu >= (1 - MAX_DISTURBANCE) * threads * wall ? wall : null;
}

/** Reads the clocks of Node. */
export function nodeClocks(): Moment {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), cpu: (user + system) / 1000 };
}

/** Makes numbers from -1 to 1. Zeros and denormal numbers would change the speed of multiplications. */
function noise({ shape }: ValueInfo, seed: number): Values {
  const period = Float32Array.from({ length: 1021 }, (_, i) => Math.sin(i * i + seed));
  const values = new Float32Array(sizeOf(shape));
  for (let at = 0; at < values.length; at += period.length) {
    values.set(period.subarray(0, values.length - at), at);
  }
  return values;
}

/** Share of its time by which a variant must beat the default variant to replace it. Smaller gains may be chance. */
const MIN_GAIN = 0.03;

/** Returns the variant to use; null if none ran. */
export function fastest(times: Times, defaultVariant: string): string | null {
  const [first, ...others] = Object.entries(times);
  if (!first) return null;
  const [name, time] = others.reduce((best, other) => (other[1] < best[1] ? other : best), first);
  const defaultTime = times[defaultVariant];
  return defaultTime !== undefined && time > (1 - MIN_GAIN) * defaultTime ? defaultVariant : name;
}
