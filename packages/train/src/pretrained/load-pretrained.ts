import type { Network } from "@downhill/graph";
import { differencesFrom, differencesInWords } from "../checkpoints/match-weights.ts";
import type { UndecodedTensor } from "../checkpoints/safetensors.ts";
import { floatsOf } from "../checkpoints/to-float32.ts";
import { shapesOf, weightOf } from "../checkpoints/weights-file.ts";
import { ConfigError, TrainError } from "../error.ts";
import type { Remedy } from "../problem.ts";
import { withInputChannels } from "./channels.ts";
import { headOf } from "./head.ts";
import type { Pretrained } from "./pretrained.ts";
import { RECOGNIZED } from "./recognize.ts";

/** Start of a run from pretrained weights: part of `run.json`. */
export interface PretrainedFacts {
  readonly source: string;
  /** Origin of the weights, such as `torchvision's resnet18`. */
  readonly origin: string;
  readonly sha256: string;
  /** Number of tensors that were read. */
  readonly tensors: number;
  /** Path of the layer that starts anew because the classes differ; null if the head was read as well. */
  readonly newHead: string | null;
  /** True if the file does not reveal the normalization of its images, so that ImageNet's is used. Older runs lack it. */
  readonly isNormalizationAssumed?: boolean;
}

/**
 * Loads pretrained weights into a network, in place. The head is read only if it has the classes of the network; else it
 * keeps its initial values.
 * @param classNames classes of the network in order
 * @throws TrainError for missing, unknown or mismatched tensors besides the head, or numbers that are not finite; the
 *   network is then unchanged
 */
export function loadPretrained(
  network: Network,
  pretrained: Pretrained,
  classNames: readonly string[],
): PretrainedFacts {
  const { source, origin, sha256 } = pretrained;
  const { model } = network;
  if (pretrained.tensors === null) return ofInitialValues(network, pretrained, classNames);
  const shapes = shapesOf(model);
  const head = headOf(model);
  const isHead = (name: string): boolean => head.names.includes(name);
  const all = new Map(pretrained.tensors().map((tensor) => [tensor.name, withInputChannels(tensor, model, source)]));
  const keepsHead =
    hasClasses(pretrained, classNames) && head.names.every((name) => isAlike(all.get(name), shapes[name]));
  const found = keepsHead ? all : new Map([...all].filter(([name]) => !isHead(name)));
  const differences = differencesFrom(model, found, keepsHead ? undefined : isHead);
  const words = differencesInWords(differences);
  if (words !== null) throw misfit(pretrained, model.name, words);
  const values = [...found].map(
    ([name, tensor]) => [name, finite(tensor, source, isParameter(network, name))] as const,
  );
  for (const [name, floats] of values) weightOf(network, name).set(floats);
  return { source, origin, sha256, tensors: values.length, newHead: keepsHead ? null : head.title };
}

/** Describes weights that the network has from the ONNX file that defines it. */
function ofInitialValues({ model }: Network, pretrained: Pretrained, classNames: readonly string[]): PretrainedFacts {
  const { source, origin, sha256, isNormalizationAssumed = false } = pretrained;
  const head = headOf(model);
  const all = model.parameters.length + model.buffers.length;
  const keepsHead = pretrained.headClasses === classNames.length && hasClasses(pretrained, classNames);
  return {
    ...{ source, origin, sha256 },
    tensors: keepsHead ? all : all - head.names.length,
    newHead: keepsHead ? null : head.title,
    isNormalizationAssumed,
  };
}

/** Describes the start of a run, for one line. */
export function pretrainedInWords(
  { source, origin, tensors, newHead, isNormalizationAssumed }: PretrainedFacts,
  classes: number,
): string {
  const head = newHead === null ? "" : ` The last layer, ${newHead}, starts anew for ${classes} classes.`;
  const normalization =
    isNormalizationAssumed === true
      ? " The file does not normalize its images, so mean and standard deviation of ImageNet are used."
      : "";
  return `Starts from ${source}: ${origin}, ${tensors} tensors.${head}${normalization}`;
}

/** True if the classes of the weights are those of a network, or are unknown. */
export const hasClasses = ({ classNames }: Pick<Pretrained, "classNames">, names: readonly string[]): boolean =>
  classNames === null || String(classNames) === String(names);

const isAlike = (tensor: UndecodedTensor | undefined, shape: readonly number[] | undefined): boolean =>
  tensor !== undefined && String(tensor.shape) === String(shape);

const isParameter = (network: Network, name: string): boolean => !Object.hasOwn(network.buffers, name);

/** @throws TrainError for a number that is not finite */
function finite(tensor: UndecodedTensor, source: string, parameter: boolean): Float32Array {
  const floats = floatsOf(tensor, source, parameter);
  const wrong = floats.findIndex((value) => !Number.isFinite(value));
  if (wrong === -1) return floats;
  throw new TrainError(`${source}: tensor '${tensor.name}' contains ${floats[wrong]} at index ${wrong}`, {
    code: "other-weights",
    remedies: [{ act: "use the weights of a training that has not diverged" }, { act: "restore the file from a copy" }],
  });
}

function misfit({ source, origin, model }: Pretrained, name: string, words: string): TrainError {
  const first: Remedy =
    model === null
      ? { set: "model" }
      : { act: "leave out the settings of the model and of the image size, which follow the weights" };
  const remedies = [
    first,
    { act: `use weights of ${RECOGNIZED.join(", ")} with the names of torchvision or timm` },
    { act: "use a run folder" },
  ];
  return new ConfigError(
    `${source}: the weights are those of ${origin}, and do not fit the model '${name}': ${words}`,
    {
      code: "other-weights",
      remedies,
    },
  );
}
