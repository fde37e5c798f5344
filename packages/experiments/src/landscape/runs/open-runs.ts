import { basename, resolve } from "node:path";
import type { Model } from "@downhill/graph";
import { buildModel, checkNames, graphFileOfRun, type OpenRun, openRun, TrainError } from "@downhill/train";

/** Trained runs of one model on the same images. */
export interface OpenRuns {
  readonly runs: readonly OpenRun[];
  /** Short names of the runs, all different. */
  readonly names: readonly string[];
  /** Model of the runs without dropout, so that its loss is a function of the weights alone. */
  readonly model: Model;
  /** Differences between the runs that the measurement ignores, as sentences. */
  readonly notes: readonly string[];
}

/**
 * Opens runs whose weights are in one space.
 * @throws TrainError if a folder is no run folder, has no weights yet or weights that are not finite, or if the runs are of
 * different models or images
 */
export function openRuns(folders: readonly string[]): OpenRuns {
  const [first = "", ...others] = folders;
  const repeated = folders.find((folder, i) => folders.findIndex((other) => resolve(other) === resolve(folder)) < i);
  if (repeated !== undefined) {
    throw new TrainError(`${repeated}: the run is given twice. Expected different runs.`);
  }
  const runs = folders.map((folder) => {
    const run = openRun(folder);
    checkFinite(run);
    return run;
  });
  const [reference] = runs as [OpenRun];
  for (const [i, folder] of others.entries()) {
    const difference = differenceBetween(reference, runs[i + 1] as OpenRun);
    if (difference === null) continue;
    const { key, own, reference: expected } = difference;
    throw new TrainError(
      `${folder}: its ${key} is ${own}. Expected ${expected}, as in ${first}. Use runs of the same model and the same images.`,
    );
  }
  const { config, data } = reference.facts;
  const graph = graphFileOfRun(reference.folder);
  const options = withoutDropout(config);
  const model = buildModel(config.model, data.imageShape, data.classNames.length, options, graph);
  return { runs, names: shortNames(folders), model, notes: notesOn(runs) };
}

/** Options by which models drop values at random in training. */
const RANDOM = ["dropout", "stochasticDepth"];

/** Options of a model that drops no values. */
function withoutDropout({ model, modelOptions }: OpenRun["facts"]["config"]): Record<string, unknown> {
  const off = RANDOM.filter((option) => takesOption(model, option)).map((option) => [option, 0]);
  return { ...modelOptions, ...Object.fromEntries(off) };
}

function takesOption(model: string, option: string): boolean {
  try {
    checkNames({ data: "", model, modelOptions: { [option]: 0 } });
    return true;
  } catch {
    return false;
  }
}

/** @throws TrainError if a weight is not finite, as after a divergence */
function checkFinite({ folder, network: { model, parameters, buffers } }: OpenRun): void {
  const values = [
    ...model.parameters.map(({ name }) => [name, parameters.value(name)] as const),
    ...Object.entries(buffers),
  ];
  for (const [name, numbers] of values) {
    const wrong = numbers.find((value) => !Number.isFinite(value));
    if (wrong === undefined) continue;
    throw new TrainError(
      `${folder}: the weights of '${name}' contain ${wrong}, so the training has diverged. Use another run.`,
    );
  }
}

interface Difference {
  readonly key: string;
  readonly own: string;
  readonly reference: string;
}

/** Returns the first difference between runs whose weights are not in one space, or whose losses are not comparable. */
function differenceBetween({ facts: a }: OpenRun, { facts: b }: OpenRun): Difference | null {
  const pairs: readonly (readonly [key: string, own: unknown, reference: unknown])[] = [
    ["model", b.config.model, a.config.model],
    ["image shape", b.data.imageShape, a.data.imageShape],
    ["number of classes", b.data.classNames.length, a.data.classNames.length],
    ["list of classes", b.data.classNames, a.data.classNames],
    ["model options", b.config.modelOptions, a.config.modelOptions],
    ["data", b.data.name, a.data.name],
  ];
  const found = pairs.find(([, own, reference]) => JSON.stringify(own) !== JSON.stringify(reference));
  if (found === undefined) return null;
  const [key, ...values] = found;
  const [own, reference] = values.map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
  return { key, own: own as string, reference: reference as string };
}

/** Returns sentences about differences that do not prevent a measurement. */
function notesOn(runs: readonly OpenRun[]): string[] {
  const [first, ...others] = runs as [OpenRun, ...OpenRun[]];
  // The fingerprint is of the images of each part, which a random seed may have divided or limited.
  const { fingerprint } = first.facts.data;
  return others
    .filter(({ facts }) => facts.data.fingerprint !== fingerprint)
    .map(
      ({ folder }) =>
        `${folder} has trained on other images of the same data than ${first.folder}, by its seed or its settings. Everything is measured on the images of ${first.folder}, with its normalization; its test images may be among those that ${folder} has trained on.`,
    );
}

/** Returns the names of the folders, with as many of their parents as make them different. */
export function shortNames(folders: readonly string[]): string[] {
  const paths = folders.map((folder) =>
    resolve(folder)
      .split(/[\\/]/)
      .filter((part) => part !== ""),
  );
  for (let depth = 1; depth < Math.max(...paths.map(({ length }) => length)); depth++) {
    const names = paths.map((parts) => parts.slice(-depth).join("/"));
    if (new Set(names).size === names.length) return names;
  }
  return folders.map((folder) => basename(folder));
}
