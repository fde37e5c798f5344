/** Interpolations between two values; `position` runs from 0 to 1. */
export const interpolations = {
  linear: (from: number, to: number, position: number): number => from + (to - from) * position,
  cosine: (from: number, to: number, position: number): number =>
    from + ((to - from) * (1 - Math.cos(Math.PI * position))) / 2,
  exponential: (from: number, to: number, position: number): number => from * (to / from) ** position,
  constant: (from: number): number => from,
} as const;

export type Interpolation = keyof typeof interpolations;
