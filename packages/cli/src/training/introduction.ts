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
 * Returns the lines that introduce a run: model and data, how the data was read, settings with their sources.
 * @param rateFrom source of the learning rate, if it was set
 * @param file configuration file, if there is one
 */
export function introduce(run: RunFacts, rateFrom: SettingSource, file: string | null): string[] {
  const { data, model, config, device } = run;
  const { train, validation, test } = data.counts;
  const parts = Object.entries({ training: train, validation, test })
    .filter(([part, images]) => images > 0 || part === "training")
    .map(([part, images]) => `${count(images)} ${part}`);
  const why = run.given.model === undefined && config.pretrained === null ? whyOtherModel(data.imageShape) : null;
  const what = `${model.name}${why === null ? "" : ` (${why})`}, ${count(model.parameters)} parameters, on ${data.name}: ${enumerate(parts)} images of ${imageSize(data.imageShape)}, ${classesInWords(data.classNames)}`;
  const read = data.reading === undefined ? [] : [`Data read as ${visible(data.reading)}`];
  const steps = stepsOf(run);
  const threads = device.name === "cpu" || device.name === "wasm" ? ` with ${plural(device.threads, "thread")}` : "";
  const how = `${run.optimizer.title}${settingsOf(run)}, ${scheduleName(config.schedule)} with lr ${rates(config)} (${rateReason(run, rateFrom, file)}), ${steps}, seed ${run.seed}, ${device.name}${threads}`;
  return [what, ...read, how];
}

/** Returns the learning rate; with rates over depth, those of the first and the last layer. */
const rates = ({ lr, lrDepth }: RunFacts["config"]): string =>
  lrDepth === 1 ? short(lr) : `${short(lr * lrDepth)} in the first layer to ${short(lr)} in the last`;

function stepsOf(run: RunFacts): string {
  const { config, stepsPerEpoch, totalSteps } = run;
  const [fewest, most] = batchRange(run);
  const epochs = plural(config.epochs, "epoch");
  return fewest === most
    ? `${epochs} of ${plural(stepsPerEpoch, "step")}, batch size ${count(config.batchSize)}`
    : `${epochs}, ${plural(totalSteps, "step")}, batch size ${count(fewest)} to ${count(most)}`;
}

/** Returns the hyperparameters of the optimizer other than the rate, with the source of each. */
function settingsOf({ config, given, data }: RunFacts): string {
  const stated = statedHyperparameters(given);
  const all = Object.entries(config.hyperparameters);
  const text = (entries: typeof all): string =>
    enumerate(entries.flatMap(([name, value]) => setting(name, value, config)));
  const defaults = text(all.filter(([name]) => !(name in stated)));
  const asGiven = text(all.filter(([name]) => name in stated));
  const why = hasRecipeOptimizer(config, data.imageShape)
    ? "the recipe for such images"
    : `the default for ${config.optimizer}`;
  const parts = [defaults && `${defaults} (${why})`, asGiven && `${asGiven} (as given)`].filter((part) => part !== "");
  return parts.length === 0 ? "" : ` with ${parts.join(", ")}`;
}

const CYCLING = ["oneCycle", "cyclical"];

/** Returns the text of a hyperparameter; an empty list if it is switched off. */
function setting(name: string, value: unknown, { cycleMomentum, schedule }: RunFacts["config"]): string[] {
  const title = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  if (typeof value === "boolean") return value ? [name === "nesterov" ? "Nesterov" : title] : [];
  if (name === "momentum" && cycleMomentum && CYCLING.includes(scheduleName(schedule))) return ["cycled momentum"];
  if (typeof value === "object" && value !== null)
    return [`${title} with schedule ${"kind" in value ? value.kind : "unknown"}`];
  return [`${title} ${typeof value === "number" ? short(value) : value}`];
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
      if (!finder?.chosen) return "the default; the range test found no rate";
      return finder.known?.confirmed ? "the recipe's, confirmed by a range test" : "found by a range test";
    case "default": {
      const whose = hasRecipeOptimizer(config, data.imageShape)
        ? "the recipe for such images"
        : `the default for ${config.optimizer}`;
      return source.because === "short"
        ? `${whose}; the run is too short for a range test`
        : `${whose}, which needs no tuning`;
    }
  }
}

const enumerate = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
