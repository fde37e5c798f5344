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
}

/**
 * Lowers a graph with the fastest variants: cached ones, and for the other tuning keys those measured here. Without a
 * writable cache nothing is measured, so that compiling a program again gives the same one.
 * @param lower runs once if all variants are cached, and otherwise twice
 */
export async function withFastest<T>(tuner: Tuner, lower: (choose: ChooseVariant) => T): Promise<T> {
  const cached = await tuner.cache.read(tuner.machine);
  const missing = new Map<string, TuningKey>();
  const lowered = lower(chooseFrom(cached, (key) => missing.set(key.id, key)));
  if (missing.size === 0) return lowered;
  const completed = await tuner.cache.add(tuner.machine, (known) => measureMissing(tuner, missing.values(), known));
  return completed === null ? lower(chooseDefault) : lower(chooseFrom(completed));
}

/** Chooses known variants, if this version still has them, and default variants for other keys. */
function chooseFrom(known: ChosenVariants, onMissing: (key: TuningKey) => void = () => {}): ChooseVariant {
  return (key) => {
    const variant = known[key.id];
    if (variant !== undefined && key.variants.includes(variant)) return variant;
    onMissing(key);
    return key.defaultVariant;
  };
}

async function measureMissing(
  { device, options }: Tuner,
  keys: Iterable<TuningKey>,
  known: ChosenVariants,
): Promise<ChosenVariants> {
  const chosen: Record<string, string> = {};
  for (const key of keys) {
    if (key.variants.includes(known[key.id] ?? "")) continue;
    const times = await measure(device, key, options);
    chosen[key.id] = fastest(times, key.defaultVariant) ?? key.defaultVariant;
  }
  return chosen;
}
