import type { Changes } from "../comparison/entrant.ts";

/** Name of the unchanged settings. */
export const DEFAULTS = "defaults";

const LABELS: Readonly<Record<string, string>> = {
  lr: "lr",
  batchSize: "batch",
  weightDecay: "weight decay",
  momentum: "momentum",
  warmup: "warm-up",
};

/** Returns the name of settings: their changes from the defaults, such as `adamw, lr 0.002`. */
export function nameOf(changes: Changes): string {
  const { hyperparameters = {}, optimizer, schedule, ...others } = changes;
  const parts = [
    ...[optimizer, schedule].flatMap((value) => (typeof value === "string" ? [value] : [])),
    ...Object.entries({ ...others, ...hyperparameters }).flatMap(([key, value]) =>
      value === undefined ? [] : [`${LABELS[key] ?? key} ${value}`],
    ),
  ];
  return parts.length === 0 ? DEFAULTS : parts.join(", ");
}
