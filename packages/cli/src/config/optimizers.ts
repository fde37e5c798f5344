import type { GivenConfig } from "@downhill/train";
import { readGiven } from "./given.ts";

/**
 * Reads the configuration of a command whose `--optimizer` may be a list of names.
 * @returns the names, if there are any, and the configuration with the first
 * @throws UsageError or ConfigError for an error in the configuration with any of them
 */
export function readOptimizers(
  data: string,
  {
    optimizer,
    ...options
  }: { readonly optimizer?: string; readonly config?: string; readonly set?: readonly string[] } & Readonly<
    Record<string, unknown>
  >,
): { readonly given: GivenConfig; readonly optimizers?: readonly string[] } {
  if (optimizer === undefined) return { given: readGiven(data, options).config };
  const optimizers = optimizer.split(",").map((name) => name.trim());
  const [given] = optimizers.map((name) => readGiven(data, { ...options, optimizer: name }).config) as [GivenConfig];
  return { given, optimizers };
}
