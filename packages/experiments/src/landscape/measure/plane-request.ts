import { type OpenRun, TrainError } from "@downhill/train";
import { at } from "../../at.ts";
import { combine } from "../../vectors.ts";
import type { Waypoint } from "../runs/path.ts";
import { project } from "../space/directions.ts";
import { filterNormalized } from "../space/filter-normalized.ts";
import { principalPlane } from "../space/principal-plane.ts";
import type { Space } from "../space/space.ts";
import type { Plan } from "./options.ts";
import { evenly, gridAround, type PlaneRequest } from "./plane.ts";

/** Runs with their paths in a space. */
interface Paths {
  readonly space: Space;
  readonly runs: readonly OpenRun[];
  readonly paths: readonly (readonly Waypoint[])[];
}

/**
 * Returns the plane that a plan chooses.
 * @throws TrainError if the paths do not span a plane
 */
export function planeRequest(plan: Plan, setting: Paths): Omit<PlaneRequest, "images"> {
  return plan.plane === "random" ? randomPlane(plan, setting) : pcaPlane(plan, setting);
}

/** Returns the plane through the result of a run in two random directions. */
function randomPlane({ range, points, seed }: Plan, { space, paths }: Paths): Omit<PlaneRequest, "images"> {
  const result = at(paths, 0).slice(-1);
  const origin = at(result, 0).weights;
  const [u, v] = ["x", "y"].map((name) => filterNormalized(space.layout, origin, seed, name)) as [
    Float32Array,
    Float32Array,
  ];
  const axis = evenly(-range, range, points);
  return {
    kind: "random",
    x: axis,
    y: axis,
    shares: null,
    directions: { origin, u, v },
    paths: [{ run: 0, points: result }],
  };
}

/** Returns the plane nearest to the paths: through the end of one run, or the mean of the ends of several. */
function pcaPlane({ range, points }: Plan, { runs, paths }: Paths): Omit<PlaneRequest, "images"> {
  const ends = paths.map((path) => at(path, path.length - 1).weights);
  const origin = combine(ends.map((end) => [1 / ends.length, end] as const));
  const all = paths.flat().map(({ weights }) => weights);
  const plane = principalPlane(origin, all);
  if (plane === null) {
    const folder = runs[0]?.folder;
    throw new TrainError(
      runs.length === 1
        ? `${folder}: the run has kept too few weights for a path in a plane`
        : `${folder}: the initial weights and the results of the runs lie on one line, so they span no plane`,
      {
        code: "no-path",
        remedies: [
          { act: "start a run with the setting snapshots = 30 (--snapshots 30)" },
          { act: runs.length === 1 ? "use the plane random" : "use only the lines" },
        ],
      },
    );
  }
  const { shares, ...directions } = plane;
  const positions = all.map((weights) => project(directions, weights));
  return {
    kind: "pca",
    ...gridAround(positions, range, points),
    shares,
    directions,
    paths: paths.map((path, run) => ({ run, points: path })),
  };
}
