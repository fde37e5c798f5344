import type { Landscape } from "../landscape.ts";

/** Results of a landscape as sentences, and what its pictures do not show. */
export interface LandscapeWords {
  readonly results: readonly string[];
  readonly limits: readonly string[];
}

/** Describes the plane, the barriers and the last curvatures of a landscape, and the limits of its pictures. */
export async function landscapeInWords(landscape: Landscape): Promise<LandscapeWords> {
  // Loaded on demand: the drawing code takes as long to load as everything else.
  const [{ planeInWords }, { endsOf, lineInWords, sharpnessInWords, limits }] = await Promise.all([
    import("../plots/plane.ts"),
    import("../words.ts"),
  ]);
  return {
    results: [
      ...(landscape.plane ? [planeInWords(landscape)] : []),
      ...landscape.lines.map((line) => lineInWords(landscape, line)),
      ...endsOf(landscape).map((point) => sharpnessInWords(landscape, point)),
    ],
    limits: limits(landscape),
  };
}
