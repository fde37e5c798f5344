import type { Model } from "@downhill/graph";
import { differencesFrom } from "../checkpoints/match-weights.ts";
import { isNoWeight } from "../checkpoints/own-names.ts";
import type { UndecodedTensor } from "../checkpoints/safetensors.ts";
import { buildModel } from "../config/model.ts";
import { headOf } from "./head.ts";
import { convnextNames, type MobileLayout, mobileNames, type Rename } from "./timm-names.ts";

type Tensors = readonly UndecodedTensor[];

/** A network of the library under the names of a project. */
interface Candidate {
  readonly project: "torchvision" | "timm";
  readonly model: string;
  readonly modelOptions: Readonly<Record<string, unknown>>;
  /** Name of a tensor that files of the network have. */
  readonly marker: string;
  /** Returns the function from the file's names to torchvision's. */
  readonly names: (tensors: Tensors) => Rename;
}

const torchvision = (marker: string, model: string, modelOptions = {}): Candidate => ({
  ...{ project: "torchvision", marker, model, modelOptions },
  names: () => (name) => name,
});

const mobile = (model: string, layout: MobileLayout, modelOptions = {}): Candidate => ({
  ...{ project: "timm", marker: "conv_stem.weight", model, modelOptions },
  names: (tensors) => mobileNames(tensors, layout),
});

const EFFICIENTNET: MobileLayout = { body: "block", inStages: true, hasHiddenLayer: false };
const MOBILENET_V2: MobileLayout = { body: "conv", inStages: false, hasHiddenLayer: false };
const MOBILENET_V3: MobileLayout = { body: "block", inStages: false, hasHiddenLayer: true };
/** Number that timm's batch norms add to the variance. */
const EPS = 1e-5;

/** Networks whose files are recognized. timm's ResNets have torchvision's names. */
const CANDIDATES: readonly Candidate[] = [
  torchvision("layer1.0.conv1.weight", "resnet18"),
  torchvision("layer1.0.conv1.weight", "resnet34"),
  torchvision("layer1.0.conv1.weight", "resnet50"),
  torchvision("features.1.conv.0.0.weight", "mobilenetV2"),
  torchvision("features.1.block.0.0.weight", "mobilenetV3", { size: "large" }),
  torchvision("features.1.block.0.0.weight", "mobilenetV3", { size: "small" }),
  torchvision("features.1.0.block.0.0.weight", "efficientnetB0"),
  torchvision("features.1.0.layer_scale", "convnextTiny"),
  mobile("mobilenetV2", MOBILENET_V2),
  mobile("mobilenetV3", MOBILENET_V3, { size: "large", eps: EPS }),
  mobile("mobilenetV3", MOBILENET_V3, { size: "small", eps: EPS }),
  mobile("efficientnetB0", EFFICIENTNET),
  { project: "timm", model: "convnextTiny", modelOptions: {}, marker: "stem.0.weight", names: () => convnextNames },
];

/** Names of the networks that are recognized. */
export const RECOGNIZED = [...new Set(CANDIDATES.map(({ model }) => model))];

/** A recognized network, and its tensors under the model's names. */
export interface Recognized {
  readonly project: Candidate["project"];
  readonly model: string;
  readonly modelOptions: Readonly<Record<string, unknown>>;
  readonly rename: (tensors: Tensors) => UndecodedTensor[];
}

/** Smallest share of a network's tensors that a file of it has; with fewer, it is another network. */
const ENOUGH = 0.8;

/**
 * Recognizes the network of a file by the names and shapes of its tensors, whatever the classes of its head; null for
 * others.
 */
export function recognize(tensors: Tensors): Recognized | null {
  const names = new Set(tensors.map(({ name }) => name));
  let best: { readonly candidate: Candidate; readonly share: number } | null = null;
  for (const candidate of CANDIDATES) {
    if (!names.has(candidate.marker)) continue;
    const share = shareOf(candidate, tensors);
    if (share >= ENOUGH && share > (best?.share ?? 0)) best = { candidate, share };
  }
  if (best === null) return null;
  const { names: namesOf, ...rest } = best.candidate;
  return {
    ...rest,
    rename: (all) => {
      const rename = namesOf(all);
      return all.map((tensor) => ({ ...tensor, name: rename(tensor.name) }));
    },
  };
}

/** Shape of the images for which the candidates are built; the shapes of their tensors do not depend on it. */
const SHAPE = [3, 32, 32] as const;

const models = new Map<Candidate, Model>();

/** Returns the model of a candidate, which is built once. */
function modelOf(candidate: Candidate): Model {
  const model = models.get(candidate) ?? buildModel(candidate.model, SHAPE, 1000, candidate.modelOptions);
  models.set(candidate, model);
  return model;
}

/** Returns the number of equal tensors by that of all tensors of the network and the file; heads do not count. */
function shareOf(candidate: Candidate, tensors: Tensors): number {
  const model = modelOf(candidate);
  const rename = candidate.names(tensors);
  const found = new Map(
    tensors.flatMap((tensor) => (isExtra(tensor.name) ? [] : [[rename(tensor.name), tensor] as const])),
  );
  const head = new Set(headOf(model).names);
  const isHead = (tensor: string): boolean => head.has(tensor);
  const { missing, unexpected, mismatched } = differencesFrom(model, found, isHead);
  const all = model.parameters.length + model.buffers.length - head.size;
  const extra = unexpected.filter((tensor) => !isHead(tensor)).length;
  return (all - missing.length - mismatched.length) / (all + extra);
}

/** True for a tensor that no network of the library has: PyTorch's count of batches, or state of an optimizer. */
export const isExtra = (name: string): boolean => isNoWeight(name) || /(^|\.)num_batches_tracked$/.test(name);
