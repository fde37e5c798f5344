import { type OptionKey, optionEntries, type Resolved } from "./settings/index.ts";
import { BY_RECIPE } from "./settings/setting.ts";

/** Resolved configuration, without unset options: the same on the same version gives the same run. */
export interface RunConfig extends Resolved {
  /** True if the momentum falls while the learning rate rises, where the schedule has such a momentum: oneCycle and cyclical. */
  readonly cycleMomentum: boolean;
}

/** Values of the settings whose resolved value is the given one, or else their default. */
export type Options = Pick<RunConfig, OptionKey>;

/** Options whose default does not depend on the images or the machine, with that default. */
const CONSTANT = Object.fromEntries(
  optionEntries.flatMap(([key, { default: unset }]) =>
    unset === BY_RECIPE || typeof unset === "function" ? [] : [[key, unset]],
  ),
) as Partial<Options>;

/** True if the setting may be absent in a run of an older version, which then had its default. */
export const mayBeAbsent = (key: string): boolean => key in CONSTANT;

/** Completes the configuration of a run by the options that its version did not have: they had their defaults. */
export const withLaterOptions = (stored: Omit<RunConfig, OptionKey> & Partial<Options>): RunConfig =>
  ({ ...stored, ...CONSTANT, ...stored }) as RunConfig;
