import type { UndecodedTensor } from "../checkpoints/safetensors.ts";

/** Renames a tensor of timm to torchvision's name; names that are not timm's stay. */
export type Rename = (name: string) => string;

/** Returns the parts of a name: the layer, and `weight`, `bias` or the statistic at its end. */
function split(name: string): readonly [layer: string, value: string] {
  const end = name.lastIndexOf(".");
  return end === -1 ? [name, ""] : [name.slice(0, end), name.slice(end)];
}

/** Returns a function that renames layers by a table, and others by `rest`. */
const byLayer =
  (table: Readonly<Record<string, string>>, rest: (layer: string) => string): Rename =>
  (name) => {
    const [layer, value] = split(name);
    return (Object.hasOwn(table, layer) ? table[layer] : rest(layer)) + value;
  };

/** Names of ConvNeXt's layers in a block. */
const CONVNEXT_BLOCK: Readonly<Record<string, string>> = {
  conv_dw: "block.0",
  norm: "block.2",
  "mlp.fc1": "block.3",
  "mlp.fc2": "block.5",
};

/** Renames the tensors of timm's ConvNeXt. */
export const convnextNames: Rename = (name) => {
  const [, stageOf, blockOf] = /^stages\.(\d+)\.blocks\.(\d+)\.gamma$/.exec(name) ?? [];
  if (stageOf !== undefined) return `features.${2 * Number(stageOf) + 1}.${blockOf}.layer_scale`;
  const ends = {
    "stem.0": "features.0.0",
    "stem.1": "features.0.1",
    "head.norm": "classifier.0",
    "head.fc": "classifier.2",
  };
  return byLayer(ends, (layer) => {
    const [, stage, downsample, block, inner = ""] =
      /^stages\.(\d+)\.(?:downsample\.(\d)|blocks\.(\d+)\.(.+))$/.exec(layer) ?? [];
    if (stage === undefined) return layer;
    if (downsample !== undefined) return `features.${2 * Number(stage)}.${downsample}`;
    return `features.${2 * Number(stage) + 1}.${block}.${CONVNEXT_BLOCK[inner] ?? inner}`;
  })(name);
};

/** Layout of torchvision's names for a network of inverted residual blocks. */
export interface MobileLayout {
  /** Name of the module with the layers of a block. */
  readonly body: "block" | "conv";
  /** True if the blocks are numbered by stage and within it, false if they are numbered in one row. */
  readonly inStages: boolean;
  /** True if the last stage is the last convolution, and the layer after the pooling is a dense one. */
  readonly hasHiddenLayer: boolean;
}

/** Returns a function that renames the tensors of a network of inverted residual blocks by its layout. */
export function mobileNames(tensors: readonly UndecodedTensor[], layout: MobileLayout): Rename {
  const layersOf = new Map<string, Set<string>>();
  for (const { name } of tensors) {
    const [, place, inner] = /^blocks\.(\d+\.\d+)\.(\w+)/.exec(name) ?? [];
    if (place !== undefined) layersOf.set(place, (layersOf.get(place) ?? new Set()).add(inner as string));
  }
  const places = [...layersOf.keys()].sort((a, b) => rank(a) - rank(b));
  const homeOf = (place: string): string => {
    const [stage = "", index = ""] = place.split(".");
    return layout.inStages ? `features.${Number(stage) + 1}.${index}` : `features.${places.indexOf(place) + 1}`;
  };
  const last = `features.${layout.inStages ? new Set(places.map((place) => place.split(".")[0])).size + 1 : places.length + 1}`;
  const ends = layout.hasHiddenLayer
    ? { conv_head: "classifier.0", classifier: "classifier.3" }
    : { conv_head: `${last}.0`, bn2: `${last}.1`, classifier: "classifier.1" };
  const stem = { conv_stem: "features.0.0", bn1: "features.0.1" };
  return byLayer({ ...stem, ...ends }, (layer) => {
    const [, place = "", inner = ""] = /^blocks\.(\d+\.\d+)\.(.+)$/.exec(layer) ?? [];
    const layers = layersOf.get(place);
    if (layers === undefined) return layer;
    const home = homeOf(place);
    if (layers.has("conv")) return `${home}.${inner === "conv" ? 0 : 1}`;
    return `${home}.${layout.body}.${innerName(inner, layers, layout)}`;
  });
}

/** Order of a place such as `3.1`. */
const rank = (place: string): number => place.split(".").reduce((sum, part) => 1000 * sum + Number(part), 0);

/** Layers of a block in order, each with its batch norm: with a convolution to more channels, and without one. */
const INVERTED = [["conv_pw", "bn1"], ["conv_dw", "bn2"], ["se"], ["conv_pwl", "bn3"]] as const;
const SEPARABLE = [["conv_dw", "bn1"], ["se"], ["conv_pw", "bn2"]] as const;

/** Returns torchvision's name of a layer within its block. */
function innerName(inner: string, layers: ReadonlySet<string>, { body }: MobileLayout): string {
  const order = (layers.has("conv_pwl") ? INVERTED : SEPARABLE).filter(([first]) => layers.has(first));
  if (inner === "se.conv_reduce" || inner === "se.conv_expand") {
    const place = order.findIndex(([first]) => first === "se");
    return `${place}.${inner === "se.conv_reduce" ? "fc1" : "fc2"}`;
  }
  const place = order.findIndex((names) => (names as readonly string[]).includes(inner));
  if (place === -1) return inner;
  const isNorm = inner.startsWith("bn");
  // The projection of MobileNetV2 is not in a module of its own.
  if (body === "conv" && place === order.length - 1) return `${place + (isNorm ? 1 : 0)}`;
  return `${place}.${isNorm ? 1 : 0}`;
}
