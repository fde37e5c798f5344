import { basename } from "node:path";
import { summary } from "@downhill/graph";
import type { DataSet } from "@downhill/images";
import { optimizers } from "@downhill/optim";
import type { RunConfig } from "../config/run-config.ts";
import type { GivenConfig } from "../config/schema.ts";
import type { PretrainedFacts } from "../pretrained/load-pretrained.ts";
import type { FinderResult } from "../range-test/result.ts";
import type { RunFacts } from "../run-folder/run-file.ts";
import type { DeviceFacts } from "../training/callback.ts";
import type { Setup } from "./prepare.ts";
import { versions } from "./versions.ts";

/** Choices that a run has made before its first step. */
interface Chosen {
  readonly config: RunConfig;
  readonly finder: FinderResult | null;
  readonly pretrained: PretrainedFacts | null;
}

/** Returns the facts of a new run: the contents of `run.json`. */
export function describeRun(
  { folder, given, command }: { readonly folder: string; readonly given: GivenConfig; readonly command: string },
  { config, finder, pretrained }: Chosen,
  data: DataSet,
  { model, optimizer, schedule, batchSchedule, stepsPerEpoch, totalSteps, findings }: Setup,
  device: DeviceFacts,
): RunFacts {
  const { name, source, kind, reading, fingerprint, imageShape, classNames, normalization, train, validation, test } =
    data;
  const { parameters, multiplyAdds } = summary(model).totals;
  return {
    version: 1,
    id: basename(folder),
    created: new Date().toISOString(),
    command,
    given,
    config,
    pretrained,
    seed: config.seed,
    data: {
      name,
      source,
      kind,
      reading,
      fingerprint,
      imageShape,
      classNames,
      counts: { train: train.length, validation: validation?.length ?? 0, test: test?.length ?? 0 },
      normalization,
      findings: data.report.findings,
    },
    model: { name: model.name, parameters, multiplyAdds },
    optimizer: {
      name: optimizer.name,
      title: [config.optimizer, config.partner].flatMap((key) => (key === null ? [] : [titleOf(key)])).join(" and "),
      hyperparameters: Object.fromEntries(
        Object.entries(optimizer.parts.hyperparameters).map(([key, value]) => [
          key,
          typeof value === "function" ? value(0) : value,
        ]),
      ),
    },
    schedule,
    batchSchedule,
    findings,
    finder,
    stepsPerEpoch,
    totalSteps,
    device,
    versions: versions(),
  };
}

const titleOf = (name: string): string => optimizers[name as keyof typeof optimizers].title;
