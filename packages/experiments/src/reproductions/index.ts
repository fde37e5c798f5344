import { amsgrad } from "./amsgrad.ts";
import { clr } from "./clr.ts";
import { linearScaling } from "./linear-scaling.ts";
import { lrFinder } from "./lr-finder.ts";
import { momentumRavine } from "./momentum-ravine.ts";
import type { Reproduction } from "./reproduction.ts";
import { ruderSurfaces } from "./ruder-surfaces.ts";
import { sgdr } from "./sgdr.ts";
import { superConvergence } from "./super-convergence.ts";

/** All reproductions by name. */
export const reproductions: Readonly<Record<string, Reproduction>> = Object.fromEntries(
  [ruderSurfaces, momentumRavine, amsgrad, superConvergence, sgdr, clr, lrFinder, linearScaling].map((reproduction) => [
    reproduction.name,
    reproduction,
  ]),
);
