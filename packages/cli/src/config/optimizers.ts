import type { GivenConfig } from "@downhill/train";
import { readGiven } from "./given.ts";

/**
 * The configuration of a command whose `--optimizer` may be a list of names.
 * @returns the names, where there are some, and the configuration with the first
 * @throws UsageError or ConfigError for whatever is wrong with any of them
 */
export function readOptimizers(
  data: string,
  {
    optimizer,
    ...options
  }: { readonly optimizer?: string; readonly config?: string; readonly set?: readonly string[] } & Readonly<
    Record<string, unknown>
  >,
): { readonly config: GivenConfig; readonly optimizers?: readonly string[] } {
  if (optimizer === undefined) return { config: readGiven(data, options).config };
  const optimizers = optimizer.split(",").map((name) => name.trim());
  const [config] = optimizers.map((name) => readGiven(data, { ...options, optimizer: name }).config) as [GivenConfig];
  return { config, optimizers };
}
