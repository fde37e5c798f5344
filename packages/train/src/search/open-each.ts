import type { DataSet } from "@downhill/images";
import { resolveConfig } from "../config/resolve.ts";
import type { RunConfig } from "../config/run-config.ts";
import type { GivenConfig } from "../config/schema.ts";
import type { RunEvent } from "../run/events.ts";
import { openData } from "../run/prepare.ts";

/** Tests to do of one configuration with one or several optimizers. */
export interface SearchRequest {
  /** As of a run. */
  readonly given: GivenConfig;
  /** One test for each; default that of the configuration. */
  readonly optimizers?: readonly string[] | undefined;
  /** Folder for decoded images. */
  readonly cache?: string | undefined;
}

/** The data, opened once, and the configuration with each optimizer. */
export async function openEach(
  { given, optimizers, cache }: SearchRequest,
  emit: (event: RunEvent) => void,
): Promise<{ readonly data: DataSet; readonly configs: readonly RunConfig[] }> {
  const data = await openData(given, cache, emit);
  const configs = (optimizers ?? [given.optimizer]).map((optimizer) =>
    resolveConfig({ ...given, ...(optimizer === undefined ? {} : { optimizer }) }, data),
  );
  return { data, configs };
}
