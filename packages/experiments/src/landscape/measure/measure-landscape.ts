import type { DataSet } from "@downhill/images";
import {
  copyWeights,
  type OpenRun,
  openData,
  type Run,
  type RunEvent,
  readRunFolder,
  TrainError,
} from "@downhill/train";
import { at } from "../../at.ts";
import type { Landscape, LandscapeRun, Line, Plane, Sharpness } from "../landscape.ts";
import { type OpenRuns, openRuns } from "../runs/open-runs.ts";
import { pathOf, type Waypoint } from "../runs/path.ts";
import { stabilityAt } from "../runs/stability.ts";
import { type Space, spaceOf } from "../space/space.ts";
import { batchesOf, randomSubset } from "./images.ts";
import { measureLine } from "./line.ts";
import { type LossMeter, openMeter } from "./meter.ts";
import { type LandscapeOptions, type Plan, planOf } from "./options.ts";
import { type MeasuredImages, measurePlane } from "./plane.ts";
import { planeRequest } from "./plane-request.ts";
import { Work } from "./progress.ts";
import { curvatureBatch, MOST_PRODUCTS, openCurvature, PRODUCT_WORK } from "./sharpness.ts";

/** Everything that a measurement needs. */
interface Setting extends OpenRuns {
  readonly plan: Plan;
  readonly space: Space;
  readonly images: MeasuredImages;
  /** Contents of the run folders. */
  readonly folders: readonly Run[];
  /** Path of each run, or only its result. */
  readonly paths: readonly (readonly Waypoint[])[];
}

/**
 * Measures the loss around trained models: on a plane, on the lines between them, and its largest curvature. Nothing is
 * written. The same runs and options give the same numbers.
 *
 * Every point is evaluated as a finished model, without augmentation, dropout and label smoothing. Statistics of batch norm
 * are measured again at each point, on the measured training images.
 * @param folders run folders of one model and one data set
 * @throws ConfigError for invalid options
 * @throws TrainError if a folder is no run folder, if runs do not match, or if a run lacks weights
 * @throws DataError if the images cannot be read
 * @example
 * const { lines } = await measureLandscape(["runs/a", "runs/b"], { lines: true, images: 500 });
 * console.log(lines[0]?.barriers.test?.error);
 */
export async function measureLandscape(folders: readonly string[], options: LandscapeOptions = {}): Promise<Landscape> {
  const plan = planOf(folders, options);
  const { onProgress = () => {}, onEvent = () => {}, cache, threads, command = "" } = options;
  const opened = openRuns(folders);
  const [reference] = opened.runs as [OpenRun];
  const data = await openSameData(reference, cache, onEvent);
  const space = spaceOf(opened.model, reference, threads);
  const runFolders = folders.map(readRunFolder);
  const test = data.test ?? data.validation;
  const images = {
    train: randomSubset(data.train, plan.images, plan.seed),
    test: test && randomSubset(test, plan.images, plan.seed),
  };
  const needsPaths = plan.plane === "pca" || plan.sharpness === "path";
  const paths = opened.runs.map((run, i) => {
    const path = pathOf(run, data, space.layout, stepsOf(at(runFolders, i)));
    return needsPaths ? path : path.slice(-1);
  });
  const setting: Setting = { ...opened, plan, space, images, folders: runFolders, paths };
  const work = new Work(totalWork(setting), onProgress);
  const meter = await openMeter(space, images.train);
  try {
    const runs = await ownScores(setting, meter, work);
    const plane = await planeOf(setting, meter, work);
    const lines = await linesOf(setting, meter, work);
    const { config } = reference.facts;
    return {
      version: 1,
      command,
      data: reference.facts.data.name,
      model: reference.facts.model.name,
      parameters: reference.facts.model.parameters,
      seed: plan.seed,
      images: {
        train: images.train.length,
        test: images.test?.length ?? 0,
        part: data.test ? "test" : data.validation ? "validation" : null,
      },
      measuresStatistics: space.measured.length > 0,
      runs,
      plane,
      lines,
      sharpness: plan.sharpness === null ? [] : await sharpnessOf(setting, config.labelSmoothing, work),
      notes: opened.notes,
    };
  } finally {
    await meter.dispose();
  }
}

const stepsOf = ({ result, steps }: Run): number => result?.steps ?? steps.length;

/** @throws TrainError if the images are not those of the run */
async function openSameData(
  { facts }: OpenRun,
  cache: string | undefined,
  onEvent: (event: RunEvent) => void,
): Promise<DataSet> {
  const data = await openData(facts.given, cache, onEvent, undefined, facts);
  if (data.fingerprint === facts.data.fingerprint) return data;
  throw new TrainError(`${facts.given.data}: the images have changed since the run was trained`, {
    code: "other-data",
    remedies: [{ act: "restore the images" }, { act: "use a run that was trained on them" }],
  });
}

/** Returns the number of evaluations of an image, with the other work in this unit. */
function totalWork({ plan, images, paths, runs, folders }: Setting): number {
  const train = images.train.length;
  const test = images.test?.length ?? 0;
  const pathPoints = paths.reduce((sum, { length }) => sum + length, 0);
  const grid =
    plan.plane === null ? 0 : plan.points ** 2 * (train + (plan.testOnPlane ? test : 0)) + pathPoints * train;
  const pairs = (runs.length * (runs.length - 1)) / 2;
  const lines = plan.lines ? pairs * plan.points * (train + test) : 0;
  const curvatures = plan.sharpness === null ? 0 : plan.sharpness === "path" ? pathPoints : folders.length;
  return runs.length * (train + test) + grid + lines + curvatures * MOST_PRODUCTS * PRODUCT_WORK * train;
}

/** Measures each run's own weights, with its own statistics of batch norm. */
async function ownScores(
  { runs, names, folders, images }: Setting,
  meter: LossMeter,
  work: Work,
): Promise<LandscapeRun[]> {
  work.begin("trained weights");
  const measured: LandscapeRun[] = [];
  for (const [i, { folder, facts, network }] of runs.entries()) {
    meter.moveToOwn(copyWeights(network));
    const onImages = (count: number): void => work.add(count);
    measured.push({
      folder,
      name: at(names, i),
      optimizer: facts.optimizer.name,
      lr: facts.config.lr,
      steps: stepsOf(at(folders, i)),
      own: {
        train: await meter.score(images.train, onImages),
        test: images.test && (await meter.score(images.test, onImages)),
      },
    });
  }
  return measured;
}

async function planeOf(setting: Setting, meter: LossMeter, work: Work): Promise<Plane | null> {
  const { plan, images } = setting;
  if (plan.plane === null) return null;
  const request = planeRequest(plan, setting);
  return measurePlane({ ...request, images: plan.testOnPlane ? images : { ...images, test: null } }, meter, work);
}

/** Measures the line between each two runs. */
async function linesOf({ plan, images, paths }: Setting, meter: LossMeter, work: Work): Promise<Line[]> {
  const ends = paths.map((path) => at(path, path.length - 1).weights);
  const lines: Line[] = [];
  for (const [from, start] of plan.lines ? ends.entries() : []) {
    for (let to = from + 1; to < ends.length; to++) {
      const request = { from, to, start, end: at(ends, to), points: plan.points, images };
      lines.push(await measureLine(request, meter, work));
    }
  }
  return lines;
}

/** Measures the largest curvature at the end of each run, or at each point of its path. */
async function sharpnessOf(setting: Setting, labelSmoothing: number, work: Work): Promise<Sharpness[]> {
  const { plan, space, images, paths, runs, folders } = setting;
  work.begin("sharpness");
  const batches = batchesOf(images.train, curvatureBatch(space.model));
  const meter = await openCurvature(space, batches, { labelSmoothing, seed: plan.seed }, work);
  try {
    const measured: Sharpness[] = [];
    for (const [run, path] of paths.entries()) {
      for (const { step, weights } of plan.sharpness === "path" ? path : path.slice(-1)) {
        const stability = stabilityAt(at(runs, run), at(folders, run).steps, step);
        measured.push({ run, step, ...(await meter.measure(weights)), ...stability });
      }
    }
    return measured;
  } finally {
    await meter.dispose();
  }
}
