import { ConfigError, type RunEvent } from "@downhill/train";
import type { Plane } from "../landscape.ts";
import type { LandscapeProgress } from "./progress.ts";

/** Options of the measurement of a landscape. */
export interface LandscapeOptions {
  /**
   * Plane: `"random"`, through one run in two random directions with filter normalization, or `"pca"`, the plane nearest to
   * the paths of all runs. Null: none. Default: random for one run, pca for several; none if `lines` or `sharpness` is set.
   */
  readonly plane?: Plane["kind"] | null;
  /** True to measure the line between each two runs. Default: true for several runs, unless `plane` or `sharpness` is set. */
  readonly lines?: boolean;
  /**
   * Largest curvature at the end of each run, or at each point of its path. Null: none. Default: the end for one run, none
   * for several or if `plane` or `lines` is set.
   */
  readonly sharpness?: "end" | "path" | null;
  /** Number of points of a line, and of a plane in each direction; at least 3. Default 21. */
  readonly points?: number;
  /**
   * Half-width of the plane: of a random plane in lengths of the weights, default 1; of a pca plane relative to the paths,
   * default 1.3.
   */
  readonly range?: number;
  /** Maximum number of images of each part, drawn at random; default 1000. */
  readonly images?: number;
  /** True to measure the evaluated part on the plane too. Default false; lines always have it. */
  readonly testOnPlane?: boolean;
  /** Random seed of the directions and the images; default 0. */
  readonly seed?: number;
  /** Number of threads; default that of the first run. */
  readonly threads?: number;
  /** Folder for decoded images. */
  readonly cache?: string;
  /** Command that repeats the measurement, for its report. */
  readonly command?: string;
  readonly onProgress?: (progress: LandscapeProgress) => void;
  /** Receives the progress of reading the images. */
  readonly onEvent?: (event: RunEvent) => void;
}

/** Defaults of a measurement. */
export const LANDSCAPE_DEFAULTS = { points: 21, images: 1000, range: { random: 1, pca: 1.3 } } as const;

/** Least and largest half-width of a plane: beyond them, rounding or overflow is measured. */
const RANGE = [0.001, 1000] as const;
const MOST_POINTS = 501;

/** Complete options. */
export interface Plan {
  readonly plane: Plane["kind"] | null;
  readonly lines: boolean;
  readonly sharpness: "end" | "path" | null;
  readonly points: number;
  readonly range: number;
  readonly images: number;
  readonly testOnPlane: boolean;
  readonly seed: number;
}

/**
 * Completes the options of a measurement.
 * @throws ConfigError for no run, a value out of its range, or parts that do not fit the number of runs
 */
export function planOf(folders: readonly string[], options: LandscapeOptions): Plan {
  const { points = LANDSCAPE_DEFAULTS.points, images = LANDSCAPE_DEFAULTS.images, seed = 0 } = options;
  const { testOnPlane = false } = options;
  const isOne = folders.length === 1;
  const isChosen = options.plane !== undefined || options.lines !== undefined || options.sharpness !== undefined;
  const plane = isChosen ? (options.plane ?? null) : isOne ? "random" : "pca";
  const lines = isChosen ? (options.lines ?? false) : !isOne;
  const sharpness = isChosen ? (options.sharpness ?? null) : isOne ? "end" : null;
  const range = options.range ?? LANDSCAPE_DEFAULTS.range[plane ?? "random"];
  if (folders.length === 0) throw new ConfigError("landscape: there is no run. Expected at least one run folder.");
  if (plane === null && !lines && sharpness === null) {
    throw new ConfigError("there is nothing to measure. Expected a plane, lines or sharpness.");
  }
  if (lines && isOne) {
    throw new ConfigError("landscape: a line connects two runs, and there is one. Expected at least two run folders.");
  }
  if (plane === "random" && !isOne) {
    throw new ConfigError(
      `landscape: a random plane goes through one run, and there are ${folders.length}. Expected one run folder, or the plane pca.`,
    );
  }
  checkCount("points", points, 3, MOST_POINTS);
  checkCount("images", images, 1, Number.MAX_SAFE_INTEGER);
  checkCount("seed", seed, 0, 2 ** 32 - 1);
  if (!(range >= RANGE[0] && range <= RANGE[1])) {
    throw new ConfigError(`landscape: range = ${range}. Expected a number from ${RANGE[0]} to ${RANGE[1]}.`);
  }
  return { plane, lines, sharpness, points, range, images, testOnPlane, seed };
}

function checkCount(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new ConfigError(`landscape: ${name} = ${value}. Expected a whole number ${range}.`);
}
