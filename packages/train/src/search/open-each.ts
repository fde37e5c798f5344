import type { DataSet } from "@downhill/images";
import { defined } from "@downhill/optim/defined";
import { resolveConfig } from "../config/resolve.ts";
import type { RunConfig } from "../config/run-config.ts";
import type { GivenConfig } from "../config/schema.ts";
import type { RunEvent } from "../run/events.ts";
import { openData } from "../run/prepare.ts";

/** Request for tests of a configuration with one or more optimizers. */
export interface SearchRequest {
  /** Given configuration of a run. */
  readonly given: GivenConfig;
  /** Optimizers to test; default that of the configuration. */
  readonly optimizers?: readonly string[] | undefined;
  /** Folder for decoded images. */
  readonly cache?: string | undefined;
}

/** Opens the data once and resolves the configuration with each optimizer. */
export async function openEach(
  { given, optimizers, cache }: SearchRequest,
  emit: (event: RunEvent) => void,
): Promise<{ readonly data: DataSet; readonly configs: readonly RunConfig[] }> {
  const data = await openData(given, cache, emit);
  const configs = (optimizers ?? [given.optimizer]).map((optimizer) =>
    resolveConfig({ ...given, ...defined({ optimizer }) }, data),
  );
  return { data, configs };
}
