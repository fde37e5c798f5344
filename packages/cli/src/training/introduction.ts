import {
  batchRange,
  hasRecipeOptimizer,
  type RunFacts,
  rateSource,
  statedHyperparameters,
  whyOtherModel,
} from "@downhill/train";
import { visible } from "@downhill/train/text";
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
  const why = run.given.model === undefined ? whyOtherModel(data.imageShape) : null;
  const what = `${model.name}${why === null ? "" : ` (${why})`}, ${count(model.parameters)} parameters, on ${data.name}: ${enumerate(parts)} images of ${imageSize(data.imageShape)}, ${classesInWords(data.classNames)}`;
  const read = data.reading === undefined ? [] : [`Data read as ${visible(data.reading)}`];
  const steps = stepsOf(run);
  const threads = device.name === "cpu" || device.name === "wasm" ? ` with ${plural(device.threads, "thread")}` : "";
  const how = `${run.optimizer.title}${settingsOf(run)}, ${scheduleName(config.schedule)} with lr ${short(config.lr)} (${rateReason(run, rateFrom, file)}), ${steps}, seed ${run.seed}, ${device.name}${threads}`;
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

/** The optimizer's settings other than the rate, with the reason for those that were not stated. */
function settingsOf({ config, given, data }: RunFacts): string {
  const stated = statedHyperparameters(given);
  const all = Object.entries(config.hyperparameters);
  const words = (entries: typeof all): string =>
    enumerate(entries.flatMap(([name, value]) => setting(name, value, config)));
  const chosen = words(all.filter(([name]) => !(name in stated)));
  const asGiven = words(all.filter(([name]) => name in stated));
  const why = hasRecipeOptimizer(config, data.imageShape)
    ? "the recipe for such images"
    : `the default for ${config.optimizer}`;
  const parts = [
    ...(chosen === "" ? [] : [`${chosen} (${why})`]),
    ...(asGiven === "" ? [] : [`${asGiven} (as given)`]),
  ];
  return parts.length === 0 ? "" : ` with ${parts.join(", ")}`;
}

const CYCLING = ["oneCycle", "cyclical"];

/** One setting in words; none for what is switched off. */
function setting(name: string, value: unknown, { cycleMomentum, schedule }: RunFacts["config"]): string[] {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  if (typeof value === "boolean") return value ? [name === "nesterov" ? "Nesterov" : words] : [];
  if (name === "momentum" && cycleMomentum && CYCLING.includes(scheduleName(schedule))) return ["cycled momentum"];
  if (typeof value === "object" && value !== null) return [`${words} by ${(value as { readonly kind: string }).kind}`];
  return [`${words} ${typeof value === "number" ? short(value) : value}`];
}

const scheduleName = (schedule: RunFacts["config"]["schedule"]): string =>
  typeof schedule === "string" ? schedule : schedule.kind;

function rateReason(
  { given, config, data, finder, totalSteps }: RunFacts,
  from: SettingSource,
  file: string | null,
): string {
  const source = rateSource(given, config, totalSteps);
  switch (source.kind) {
    case "stated":
      return from === "file" ? `from ${file}` : "as given";
    case "search":
      if (!finder?.chosen) return "the default: a range test found none";
      return finder.known?.confirmed ? "the recipe's, confirmed by a range test" : "found by a range test";
    case "default": {
      const whose = hasRecipeOptimizer(config, data.imageShape)
        ? "the recipe for such images"
        : `the default for ${config.optimizer}`;
      return source.because === "short"
        ? `${whose}: the run is too short for a range test`
        : `${whose}, which needs no other`;
    }
  }
}

const enumerate = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
