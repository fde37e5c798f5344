import { amsgrad } from "./amsgrad.ts";
import { momentumRavine } from "./momentum-ravine.ts";
import type { Reproduction } from "./reproduction.ts";
import { ruderSurfaces } from "./ruder-surfaces.ts";
import { superConvergence } from "./super-convergence.ts";

/** All reproductions by name. */
export const reproductions: Readonly<Record<string, Reproduction>> = Object.fromEntries(
  [ruderSurfaces, momentumRavine, amsgrad, superConvergence].map((reproduction) => [reproduction.name, reproduction]),
);
