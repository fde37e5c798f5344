import { defined } from "@downhill/optim/defined";
import { z } from "zod";
import { groups, type SettingKey, settingEntries, settings } from "./settings/index.ts";
import type { Schema } from "./settings/schema.ts";
import { BY_RECIPE, type OptionSetting, type Setting } from "./settings/setting.ts";
import { zodOf } from "./settings/zod.ts";

type Settings = typeof settings;
type GivenOf<S> = S extends Setting<infer Given> ? Given : never;

/** Configuration as a user gives it, in a file or by flags. `resolveConfig` fills in the unset settings. */
export type GivenConfig = {
  /** Folder of images, or the name of a built-in data set. */
  data: string;
} & {
  // Over `keyof Settings`, so that editors show the doc comments of the tables.
  [K in keyof Settings as Exclude<K, "data">]?: GivenOf<Settings[K]> | undefined;
};

const optional = Object.fromEntries(settingEntries.map(([key, { given }]) => [key, zodOf(given).optional()]));

/** Schema of a configuration as a user gives it. */
export const configSchema: Schema<GivenConfig> = z.strictObject({
  ...optional,
  data: zodOf(settings.data.given),
}) as z.ZodType<GivenConfig>;

/**
 * Returns the JSON schema of configuration files, for editors and for programs that offer the settings as flags: with the
 * group of each setting as `x-group`, the registry of the names that it accepts as `x-registry`, and the text that a bare flag
 * stands for as `x-bare`.
 */
export function configJsonSchema(): object {
  const shape = settingEntries.map(([key, setting]) => [
    key,
    zodOf(setting.given)
      .meta({ description: describe(setting), ...annotations(key, setting) })
      .optional(),
  ]);
  const schema = z.strictObject({ ...Object.fromEntries(shape), $schema: z.string().optional() });
  return { ...z.toJSONSchema(schema), title: "Downhill configuration" };
}

function annotations(key: SettingKey, setting: Setting): Record<string, unknown> {
  const group = Object.entries(groups).find(([, table]) => key in table)?.[0];
  return defined({
    default: constantOf(setting),
    "x-group": group,
    "x-registry": setting.registry,
    "x-bare": setting.bare,
  });
}

/** Returns the doc line of a setting with its unit and default. */
function describe(setting: Setting): string {
  const { doc, unit, unset } = setting;
  const standard = unset ?? constantOf(setting);
  const details = [
    ...(unit === undefined || doc.includes(unit) ? [] : [unit]),
    ...(standard === undefined || standard === false ? [] : [`default: ${standard}`]),
  ];
  return details.length === 0 ? doc : `${doc} (${details.join("; ")})`;
}

/** Returns a default that is the same for all runs, but for null, which stands for a feature that is off. */
function constantOf(setting: Setting): unknown {
  const { default: value } = setting as Partial<OptionSetting>;
  return value === null || value === BY_RECIPE || typeof value === "function" ? undefined : value;
}
