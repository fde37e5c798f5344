import type { Schema, ValueOf } from "./schema.ts";
import { zodOf } from "./zod.ts";

/** Default of a setting that the recipe for the images provides, under the name of the setting. */
export const BY_RECIPE = Symbol("by recipe");

/** Words about a setting, for help, editors and reports. */
export interface SettingText {
  /** Noun phrase or imperative for help and editors, without unit and default. */
  readonly doc: string;
  /** Name in reports. */
  readonly label: string;
  /** Unit of the value, in the plural. */
  readonly unit?: string;
  /** Follows "default:" in the help, where the default is no constant: `depends on the images`. */
  readonly unset?: string;
  /** Text that a bare flag stands for. */
  readonly bare?: string;
  /** Registry that lists the names which the setting accepts. */
  readonly registry?: "optimizers" | "schedules";
  /** True if the setting changes which learning rate is good, besides the model and the optimizer. */
  readonly changesRate?: true;
}

/** Declaration of a setting, from which its flag, configuration key, JSON schema, help, `run.json` and report row come. */
export interface Setting<Given = unknown> extends SettingText {
  /** Schema of the value as a user gives it, with its range. */
  readonly given: Schema<Given>;
}

/** Setting that is part of the resolved configuration, and so of `run.json`. */
export interface ResolvedSetting<Given = unknown, Resolved = unknown> extends Setting<Given> {
  readonly resolved: Schema<Resolved>;
}

/** Resolved setting whose value is the given one, or else its default. */
export interface OptionSetting<Given = unknown, Resolved = unknown> extends ResolvedSetting<Given, Resolved> {
  /** A constant; or a function, for defaults that depend on the machine. */
  readonly default: Resolved | typeof BY_RECIPE | (() => Resolved);
}

/** Declares a setting that is used as it is given and leaves no value in the resolved configuration. */
export const input = <Given>(given: Schema<Given>, text: SettingText): Setting<Given> => ({ given, ...text });

/** Declares a setting whose resolved value `resolveConfig` derives, from it and from others. */
export const derived = <Given, Resolved>(
  given: Schema<Given>,
  resolved: Schema<Resolved>,
  text: SettingText,
): ResolvedSetting<Given, Resolved> => ({ given, resolved, ...text });

type OptionText = SettingText & { readonly resolved?: Schema };

/**
 * Declares a setting whose resolved value is the given one, or else a default.
 * @param unset default: null for a feature that is off, a constant, or a function
 * @param text besides words: the schema for `run.json`, default that of the given value
 */
export function option<Given extends Schema>(
  given: Given,
  unset: null,
  text: OptionText,
): OptionSetting<ValueOf<Given>, ValueOf<Given> | null>;
export function option<Given extends Schema>(
  given: Given,
  unset: ValueOf<Given> | typeof BY_RECIPE | (() => ValueOf<Given>),
  text: OptionText,
): OptionSetting<ValueOf<Given>, ValueOf<Given>>;
export function option(given: Schema, unset: unknown, { resolved = given, ...text }: OptionText): OptionSetting {
  return { given, resolved: unset === null ? zodOf(resolved).nullable() : resolved, default: unset, ...text };
}
