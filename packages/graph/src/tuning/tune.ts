import type { Device } from "../devices/device.ts";
import { fastest, type MeasureOptions, measure } from "./measure.ts";
import type { ChosenVariants, TuningCache } from "./tuning-cache.ts";
import { type ChooseVariant, chooseDefault, type TuningKey } from "./tuning-key.ts";

export interface Tuner {
  readonly device: Device;
  readonly cache: TuningCache;
  /** Processor, threads and versions that the measured times depend on. */
  readonly machine: string;
  readonly options: MeasureOptions;
  readonly budget: TuningBudget;
}

/** Limits of the time that a program's first compilation takes. */
export interface TuningBudget {
  /** Time for measuring all tuning keys of a program. */
  readonly seconds: number;
  /** True to measure also the keys that an earlier compilation left to their default variants for lack of time. */
  readonly measuresUnreached: boolean;
}

/**
 * Entry of a cache for a tuning key that was left to its default variant for lack of time. It keeps the variants of a
 * program, and so its bits, the same in the next compilation.
 */
export const UNREACHED = "default";

/**
 * Lowers a graph with the fastest variants: cached ones, and for the other tuning keys those measured here, the keys with
 * most multiply-adds first. Without a writable cache nothing is measured, so that compiling a program again gives the same
 * one.
 * @param lower runs once if all variants are cached, and otherwise twice
 */
export async function withFastest<T>(tuner: Tuner, lower: (choose: ChooseVariant) => T): Promise<T> {
  const { cache, machine, budget } = tuner;
  const missing = new Map<string, Missing>();
  const collect = (key: TuningKey): void => {
    const { multiplyAdds } = missing.get(key.id) ?? { multiplyAdds: 0 };
    missing.set(key.id, { key, multiplyAdds: multiplyAdds + key.multiplyAdds });
  };
  const lowered = lower(chooseFrom(await cache.read(machine), budget, collect));
  if (missing.size === 0) return lowered;
  const ordered = [...missing.values()].sort((a, b) => b.multiplyAdds - a.multiplyAdds).map(({ key }) => key);
  const completed = await cache.add(machine, (known) => measureMissing(tuner, ordered, known));
  return completed === null ? lower(chooseDefault) : lower(chooseFrom(completed, budget));
}

interface Missing {
  readonly key: TuningKey;
  /** Multiply-adds of all computations of the graph that share the key. */
  readonly multiplyAdds: number;
}

/** Chooses known variants, if this version still has them, and default variants for other keys. */
function chooseFrom(
  known: ChosenVariants,
  budget: TuningBudget,
  onMissing: (key: TuningKey) => void = () => {},
): ChooseVariant {
  return (key) => {
    const variant = known[key.id];
    if (variant !== undefined && key.variants.includes(variant)) return variant;
    if (isMissing(variant, key, budget)) onMissing(key);
    return key.defaultVariant;
  };
}

const isMissing = (
  variant: string | undefined,
  { variants }: TuningKey,
  { measuresUnreached }: TuningBudget,
): boolean => (variant === UNREACHED ? measuresUnreached : variant === undefined || !variants.includes(variant));

async function measureMissing(
  { device, options, budget }: Tuner,
  keys: readonly TuningKey[],
  known: ChosenVariants,
): Promise<ChosenVariants> {
  const chosen: Record<string, string> = {};
  const start = options.now().wall;
  let measured = 0;
  for (const key of keys) {
    if (!isMissing(known[key.id], key, budget)) continue;
    const spent = options.now().wall - start;
    // The time of a variant hardly depends on the key, because fewer images of larger computations are measured.
    const needed = measured > 0 ? (spent / measured) * key.variants.length : 0;
    if (spent + needed >= 1000 * budget.seconds) {
      chosen[key.id] = UNREACHED;
      continue;
    }
    const times = await measure(device, key, options);
    chosen[key.id] = fastest(times, key.defaultVariant) ?? key.defaultVariant;
    measured += key.variants.length;
  }
  return chosen;
}
