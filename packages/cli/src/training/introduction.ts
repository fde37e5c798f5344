import { batchRange, type RunFacts } from "@downhill/train";
import { count, imageSize, plural, short } from "../output/format.ts";

/** Where a rate that was stated comes from. */
export type RateSource = "flag" | "file" | "default";

/** What is trained, on what, how, and why so: in two sentences. */
export function introduce(run: RunFacts, rateFrom: RateSource, file: string | null): string[] {
  const { data, model, config, device } = run;
  const { train, validation, test } = data.counts;
  const parts = [
    `${count(train)} training`,
    ...(validation > 0 ? [`${count(validation)} validation`] : []),
    ...(test > 0 ? [`${count(test)} test`] : []),
  ];
  const what = `${model.name}, ${count(model.parameters)} parameters, on ${data.name}: ${enumerate(parts)} images of ${imageSize(data.imageShape)}, ${plural(data.classNames.length, "class", "classes")}`;
  const steps = stepsOf(run);
  const threads = device.name === "cpu" || device.name === "wasm" ? ` with ${plural(device.threads, "thread")}` : "";
  const how = `${run.optimizer.title}, ${scheduleName(config.schedule)} with lr ${short(config.lr)} (${rateReason(run, rateFrom, file)}), ${steps}, seed ${run.seed}, ${device.name}${threads}`;
  return [what, how];
}

function stepsOf(run: RunFacts): string {
  const { config, stepsPerEpoch, totalSteps } = run;
  const [fewest, most] = batchRange(run);
  const epochs = plural(config.epochs, "epoch");
  return fewest === most
    ? `${epochs} of ${plural(stepsPerEpoch, "step")} of ${plural(config.batchSize, "image")}`
    : `${epochs}, ${plural(totalSteps, "step")} of ${count(fewest)} to ${plural(most, "image")}`;
}

const scheduleName = (schedule: RunFacts["config"]["schedule"]): string =>
  typeof schedule === "string" ? schedule : schedule.kind;

function rateReason({ given, config, finder }: RunFacts, from: RateSource, file: string | null): string {
  if (given.lr === "auto") return finder?.chosen ? "found by a range test" : "the default: a range test found none";
  if (from === "flag") return "as given";
  if (from === "file") return `from ${file}`;
  return given.optimizer === undefined
    ? "the measured default for such images"
    : `the documented default of ${config.optimizer}`;
}

const enumerate = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
