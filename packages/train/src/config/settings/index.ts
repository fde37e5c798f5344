import { z } from "zod";
import { dataSettings } from "./data.ts";
import { modelSettings } from "./model.ts";
import { runSettings } from "./run.ts";
import { derived, type OptionSetting, type ResolvedSetting, type Setting } from "./setting.ts";
import { trainingSettings } from "./training.ts";

/** Settings by the group under which the help lists them, in its order. */
export const groups = {
  "Model and optimizer": modelSettings,
  Training: trainingSettings,
  Data: dataSettings,
  Run: runSettings,
};

/** Declarations of all settings. To add one, add it to the table of its group. */
export const settings = {
  data: derived(z.string().min(1), z.string(), {
    doc: "a folder of images, or sample, fashion-mnist, mnist, cifar10, cifar100",
    label: "Data",
  }),
  ...modelSettings,
  ...trainingSettings,
  ...dataSettings,
  ...runSettings,
};

type Settings = typeof settings;

/** Key of the configuration. */
export type SettingKey = keyof Settings;

/** Key of a setting whose resolved value is the given one, or else its default. */
export type OptionKey = {
  [K in SettingKey]: Settings[K] extends { readonly default: unknown } ? K : never;
}[SettingKey];

type ResolvedOf<S> = S extends ResolvedSetting<unknown, infer Resolved> ? Resolved : never;

/** Values of settings in the resolved configuration. */
export type Resolved = {
  // Over `keyof Settings`, so that editors show the doc comments of the tables.
  readonly [K in keyof Settings as Settings[K] extends ResolvedSetting ? K : never]: ResolvedOf<Settings[K]>;
};

/** Key of a setting that the resolved configuration has. */
export type ResolvedKey = keyof Resolved;

/** Key and declaration of each setting, in the order of the help. */
export const settingEntries = Object.entries(settings) as readonly (readonly [SettingKey, Setting])[];

/** Key and declaration of each setting that the resolved configuration has. */
export const resolvedEntries = settingEntries.filter(
  (entry): entry is readonly [ResolvedKey, ResolvedSetting] => "resolved" in entry[1],
);

/** Key and declaration of each setting whose resolved value is the given one, or else its default. */
export const optionEntries = settingEntries.filter(
  (entry): entry is readonly [OptionKey, OptionSetting] => "default" in entry[1],
);
