/**
 * Step at which a schedule does what its name promises, such as the peak of OneCycle, a milestone or the end of a
 * warm-up.
 */
export interface Moment {
  /** Kind of schedule that has the moment. */
  readonly schedule: string;
  /** Event, such as `"peak"`, `"milestone"` or `"end of the warm-up"`. */
  readonly name: string;
  readonly step: number;
  /** Step at which its schedule begins: 0, or later inside a warm-up or a sequence. */
  readonly begins: number;
  /**
   * A `change` takes effect at its step. A `close` completes a stretch, so it may fall on the step after the run's
   * last.
   */
  readonly type: "change" | "close";
  /** True if an annealed value stays at its lowest from there on. */
  readonly isFinal?: boolean;
}

/** A moment as a kind of schedule states it. */
export type OwnMoment = Pick<Moment, "name" | "step" | "type" | "isFinal">;

/** Returns the end of a value that moved from one number to another. */
export const endOf = (step: number, from: number, to: number): OwnMoment => ({
  name: "end",
  step,
  type: "close",
  isFinal: to < from,
});

/** Returns the moments of a schedule that another schedule starts at a step. */
export const begunAt = (moments: readonly Moment[], start: number): Moment[] =>
  moments.map((moment) => ({ ...moment, step: start + moment.step, begins: start + moment.begins }));

/** Returns the moments of a schedule with converted steps. */
export const convertedBy = (moments: readonly Moment[], convert: (step: number) => number): Moment[] =>
  moments.map((moment) => ({ ...moment, step: convert(moment.step), begins: convert(moment.begins) }));
