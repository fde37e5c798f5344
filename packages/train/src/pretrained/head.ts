import { headNames, type Model } from "@downhill/graph";

/** The last layer of a classifier. */
export interface Head {
  /** Path of the layer, such as `fc`; several are joined by commas. */
  readonly title: string;
  /** Names of its parameters. */
  readonly names: readonly string[];
}

/** Returns the head of a model: the parameters of the layers with a weight of that role. */
export function headOf(model: Model): Head {
  const names = headNames(model);
  return { title: [...new Set(names.map(layerOf))].join(", "), names };
}

const layerOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf(".")));
