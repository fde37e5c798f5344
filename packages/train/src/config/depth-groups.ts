import type { Model } from "@downhill/graph";
import { matchesName } from "@downhill/graph";
import type { GroupSetting } from "./settings/values.ts";

/**
 * Returns parameter groups whose learning rates rise with the depth of their layer: geometrically from `ratio` times the
 * common rate in the first layer to the common rate in the last one. Layers have the order of the model's parameters, which
 * is that of the forward pass. Given groups are divided by layer, and keep their other settings.
 * @param ratio learning rate of the first layer relative to the last one, above 0
 */
export function depthGroups(
  groups: readonly GroupSetting[],
  { parameters }: Pick<Model, "parameters">,
  ratio: number,
): readonly GroupSetting[] {
  const names = parameters.map(({ name }) => name);
  const layers = [...new Set(names.map(layerOf))];
  if (ratio === 1 || layers.length < 2) return groups;
  const depth = new Map(layers.map((layer, i) => [layer, i / (layers.length - 1)]));
  const patterns = groups.map(({ match }) => new RegExp(match));
  /** Names by layer and given group, in the order of the layers. */
  const members = new Map<string, { readonly layer: string; readonly group: number; readonly names: string[] }>();
  for (const name of names) {
    const layer = layerOf(name);
    const group = patterns.findIndex((pattern) => matchesName(pattern, name));
    const key = `${layer} ${group}`;
    const known = members.get(key);
    if (known) known.names.push(name);
    else members.set(key, { layer, group, names: [name] });
  }
  return [...members.values()].map(({ layer, group, names }): GroupSetting => {
    const given = groups[group];
    const factor = ratio ** (1 - (depth.get(layer) as number));
    return { ...given, match: exactly(names), lrFactor: Number(((given?.lrFactor ?? 1) * factor).toPrecision(12)) };
  });
}

const layerOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf(".")));

/** Returns a regular expression for exactly some names. */
const exactly = (names: readonly string[]): string => `^(?:${names.map(escaped).join("|")})$`;

const escaped = (name: string): string => name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
