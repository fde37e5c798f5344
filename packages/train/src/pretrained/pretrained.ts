import type { ImageShape, Normalization } from "@downhill/optim/image";
import type { UndecodedTensor } from "../checkpoints/safetensors.ts";
import type { GraphFile } from "./onnx-model.ts";

/** Trained weights from which a training starts, with the facts about their network. */
export interface Pretrained {
  /** Path of the file or the run folder, as given. */
  readonly source: string;
  /** Origin of the weights, for messages: `torchvision's resnet18`. */
  readonly origin: string;
  /** SHA-256 of the file with the weights. */
  readonly sha256: string;
  /** Name of the model, as `buildModel` takes it; null if the file does not reveal it. */
  readonly model: string | null;
  /** Options of the model; undefined if they are unknown. */
  readonly modelOptions: Readonly<Record<string, unknown>> | undefined;
  /** Shape of the images of the earlier training; null if it is unknown. */
  readonly imageShape: ImageShape | null;
  /** Normalization of the earlier training; null if it is unknown. */
  readonly normalization: Normalization | null;
  /** True if the file does not reveal the normalization, and that of ImageNet is used. Default false. */
  readonly isNormalizationAssumed?: boolean;
  /** Classes of the head in order; null if they are unknown. */
  readonly classNames: readonly string[] | null;
  /** Number of classes of the head of the ONNX file, if `tensors` is null. */
  readonly headClasses?: number;
  /** ONNX file that defines the model; null if the library has the model. */
  readonly graph: GraphFile | null;
  /**
   * Reads the tensors, under the model's names; null if they are the initial values of the ONNX file.
   * @throws TrainError if the file cannot be read
   */
  readonly tensors: (() => readonly UndecodedTensor[]) | null;
}

/** Normalization of torchvision's and timm's networks: mean and standard deviation of ImageNet's colors. */
export const IMAGENET: { readonly imageShape: ImageShape; readonly normalization: Normalization } = {
  imageShape: [3, 224, 224],
  normalization: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
};

/** Returns a normalization for a number of channels. Other numbers of channels get the mean over its own. */
export function withChannels({ mean, std }: Normalization, channels: number): Normalization {
  if (mean.length === channels) return { mean, std };
  return { mean: spread(mean, channels), std: spread(std, channels) };
}

const spread = (values: readonly number[], count: number): number[] =>
  new Array(count).fill(values.reduce((sum, value) => sum + value, 0) / values.length);
