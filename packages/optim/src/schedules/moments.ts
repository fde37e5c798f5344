/**
 * A step at which a schedule does what its name promises, such as the peak of OneCycle, a milestone or the end of a warm-up.
 */
export interface Moment {
  /** The kind of schedule that has it. */
  readonly schedule: string;
  /** What happens: `"peak"`, `"milestone"`, `"end of the warm-up"`. */
  readonly name: string;
  readonly step: number;
  /** The step at which its schedule begins: 0, or later inside a warm-up or a sequence. */
  readonly begins: number;
  /** A `change` has an effect from its step on. A `close` completes a stretch, so the step after the last is early enough. */
  readonly type: "change" | "close";
  /** Whether an annealed value stays at its lowest from there on. */
  readonly isFinal?: boolean;
}

/** A moment as a kind of schedule states it. */
export type OwnMoment = Pick<Moment, "name" | "step" | "type" | "isFinal">;

/** The end of a value that was annealed, or raised, from one number to another. */
export const endOf = (step: number, from: number, to: number): OwnMoment => ({
  name: "end",
  step,
  type: "close",
  isFinal: to < from,
});

/** The moments of a schedule that another one begins at a step. */
export const begunAt = (moments: readonly Moment[], start: number): Moment[] =>
  moments.map((moment) => ({ ...moment, step: start + moment.step, begins: start + moment.begins }));

/** The moments of a schedule whose steps are converted to others. */
export const convertedBy = (moments: readonly Moment[], convert: (step: number) => number): Moment[] =>
  moments.map((moment) => ({ ...moment, step: convert(moment.step), begins: convert(moment.begins) }));
