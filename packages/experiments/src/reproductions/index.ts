import { adamw } from "./adamw/reproduction.ts";
import { amsgrad } from "./amsgrad.ts";
import { clr } from "./clr.ts";
import { crowdedValley } from "./crowded-valley/reproduction.ts";
import { increaseBatchSize } from "./increase-batch-size/reproduction.ts";
import { linearScaling } from "./linear-scaling.ts";
import { lrFinder } from "./lr-finder.ts";
import { momentumRavine } from "./momentum-ravine.ts";
import { noiseScale } from "./noise-scale/reproduction.ts";
import type { Reproduction } from "./reproduction.ts";
import { ruderSurfaces } from "./ruder-surfaces.ts";
import { sgdr } from "./sgdr.ts";
import { superConvergence } from "./super-convergence.ts";

const ALL: readonly Reproduction[] = [
  ruderSurfaces,
  momentumRavine,
  amsgrad,
  superConvergence,
  sgdr,
  clr,
  lrFinder,
  linearScaling,
  increaseBatchSize,
  adamw,
  noiseScale,
  crowdedValley,
];

/** All reproductions by name. */
export const reproductions: Readonly<Record<string, Reproduction>> = Object.fromEntries(
  ALL.map((reproduction) => [reproduction.name, reproduction]),
);
