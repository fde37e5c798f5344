import type { RunFacts } from "@downhill/train";

/** Returns the configuration, data, device and versions of a run by key, such as `hyperparameters.beta2`. Lists stay whole. */
export function settingsOf({ config, data, device, versions }: RunFacts): Record<string, unknown> {
  const { name, fingerprint, counts } = data;
  return Object.fromEntries([
    ...flatten("", config),
    ...flatten("data", { name, fingerprint, counts }),
    ...flatten("device", device),
    ...flatten("versions", versions),
  ]);
}

function flatten(path: string, value: unknown): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => flatten(path === "" ? key : `${path}.${key}`, inner));
}
