import type { Model } from "@downhill/graph";

/** The last layer of a classifier. */
export interface Head {
  /** Path of the layer, such as `fc`; several are joined by commas. */
  readonly title: string;
  /** Names of its parameters. */
  readonly names: readonly string[];
}

/** Returns the head of a model: the parameters of the layers with a weight of that role. */
export function headOf({ parameters }: Model): Head {
  const layers = parameters.flatMap(({ name, role }) => (role === "head" ? [layerOf(name)] : []));
  const names = parameters.flatMap(({ name }) => (layers.includes(layerOf(name)) ? [name] : []));
  return { title: layers.join(", "), names };
}

const layerOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf(".")));
