import { batchRange, type RunFacts, rateSource } from "@downhill/train";
import type { SettingSource } from "../config/given.ts";
import { classesInWords, count, imageSize, plural, short } from "../output/format.ts";

/**
 * What is trained, on what data, how, and why so: a line each.
 * @param rateFrom who said the learning rate, where it was said
 */
export function introduce(run: RunFacts, rateFrom: SettingSource, file: string | null): string[] {
  const { data, model, config, device } = run;
  const { train, validation, test } = data.counts;
  const parts = [
    `${count(train)} training`,
    ...(validation > 0 ? [`${count(validation)} validation`] : []),
    ...(test > 0 ? [`${count(test)} test`] : []),
  ];
  const what = `${model.name}, ${count(model.parameters)} parameters, on ${data.name}: ${enumerate(parts)} images of ${imageSize(data.imageShape)}, ${classesInWords(data.classNames)}`;
  const read = data.reading === undefined ? [] : [`Data read as ${data.reading}`];
  const steps = stepsOf(run);
  const threads = device.name === "cpu" || device.name === "wasm" ? ` with ${plural(device.threads, "thread")}` : "";
  const how = `${run.optimizer.title}, ${scheduleName(config.schedule)} with lr ${short(config.lr)} (${rateReason(run, rateFrom, file)}), ${steps}, seed ${run.seed}, ${device.name}${threads}`;
  return [what, ...read, how];
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

function rateReason({ given, config, finder, totalSteps }: RunFacts, from: SettingSource, file: string | null): string {
  const source = rateSource(given, config, totalSteps);
  switch (source.kind) {
    case "stated":
      return from === "file" ? `from ${file}` : "as given";
    case "search":
      return finder?.chosen ? "found by a range test" : "the default: a range test found none";
    case "default": {
      const whose =
        given.optimizer === undefined ? "the default for such images" : `the default of ${config.optimizer}`;
      return source.because === "short"
        ? `${whose}: the run is too short for a range test`
        : `${whose}, which needs no other`;
    }
  }
}

const enumerate = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
