import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkPath } from "../check-arguments.ts";
import type { UndecodedTensor } from "../checkpoints/safetensors.ts";
import { openWeights } from "../checkpoints/weights-file.ts";
import { isModelName } from "../config/model.ts";
import { TrainError } from "../error.ts";
import { readUserFile } from "../files/user-file.ts";
import { weightsOfRun } from "../inference/open-run.ts";
import { runPaths } from "../run-folder/paths.ts";
import { readRunFile } from "../run-folder/run-file.ts";
import { graphFileOf, graphFileOfRun, hashOf, isOnnx, ONNX, readOnnxModel } from "./onnx-model.ts";
import { IMAGENET, type Pretrained, withChannels } from "./pretrained.ts";
import { isExtra, recognize } from "./recognize.ts";
import { isTorchFile, openTorchFile } from "./torch/torch-file.ts";

/**
 * Opens trained weights: a file in the safetensors format of this program, of torchvision or of timm, a state dictionary of
 * `torch.save`, an ONNX file, or a run folder. A weights file or a checkpoint in a run folder has the facts of its run.
 * @throws TrainError if the file cannot be read, is damaged or has another format, or if the run has no weights yet
 * @example const { model, normalization } = openPretrained("resnet18.safetensors");
 */
export function openPretrained(source: string): Pretrained {
  checkPath(source);
  if (!isFolder(source)) return openFile(source, source);
  // The Hugging Face hub names the file in a model's folder so.
  const file = join(source, "model.safetensors");
  if (!existsSync(runPaths(source).run) && existsSync(file)) return openFile(source, file);
  return ofRun(source, source, weightsOfRun(source));
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

function openFile(source: string, path: string): Pretrained {
  const bytes = readUserFile(path);
  // Before the run: a file exported by a run is read as it is.
  if (isOnnx(path, bytes)) return ofOnnx(source, path, bytes);
  const run = [dirname(path), dirname(dirname(path))].find((folder) => existsSync(runPaths(folder).run));
  if (run !== undefined) return ofRun(source, run, path);
  const { sha256, tensors, metadata } = readTensors(path);
  const shared = { source, sha256, classNames: null, graph: null };
  const recognized = recognize(tensors);
  const name = metadata.model;
  if (recognized) {
    const { project, model, modelOptions, rename } = recognized;
    return {
      ...shared,
      // A file of this program may be of a network that was trained on other images.
      ...(name === undefined ? IMAGENET : { imageShape: null, normalization: null }),
      origin: name === undefined ? `${project}'s ${model}` : model,
      ...{ model, modelOptions },
      tensors: () => rename(readTensors(path).tensors),
    };
  }
  return {
    ...shared,
    origin: name ?? "an unknown network",
    model: name !== undefined && isModelName(name) ? name : null,
    ...{ modelOptions: undefined, imageShape: null, normalization: null },
    tensors: () => readTensors(path).tensors,
  };
}

/** Opens an ONNX file. Its weights are the initial values of its model. */
function ofOnnx(source: string, path: string, bytes: Uint8Array): Pretrained {
  const graph = graphFileOf(path, bytes);
  const { model, normalization, classNames } = readOnnxModel(graph);
  const [channels = 3, height = 1, width = 1] = model.imageShape;
  return {
    source,
    origin: model.name === ONNX ? "an ONNX file" : `the network '${model.name}' of an ONNX file`,
    sha256: hashOf(graph.bytes),
    model: ONNX,
    modelOptions: {},
    imageShape: [channels, height, width],
    normalization: normalization ?? withChannels(IMAGENET.normalization, channels),
    isNormalizationAssumed: normalization === null,
    classNames,
    headClasses: model.classes,
    graph,
    tensors: null,
  };
}

/** Opens the weights of a run, whose tensors have the model's names. */
function ofRun(source: string, folder: string, path: string): Pretrained {
  const { config, data } = readRunFile(folder);
  const { sha256 } = readTensors(path);
  return {
    ...{ source, sha256, model: config.model, modelOptions: config.modelOptions },
    origin: `the ${config.model} of the run ${folder}`,
    ...{ imageShape: data.imageShape, normalization: data.normalization, classNames: data.classNames },
    graph: config.model === ONNX ? graphFileOfRun(folder) : null,
    tensors: () => readTensors(path).tensors,
  };
}

/** Prefix of the names in a file of a wrapped model: of `DataParallel`, `torch.compile` or Lightning. */
const PREFIX = /^(module|_orig_mod|model)\./;

function withoutPrefix(tensors: readonly UndecodedTensor[]): readonly UndecodedTensor[] {
  if (tensors.length === 0 || !tensors.every(({ name }) => PREFIX.test(name))) return tensors;
  return withoutPrefix(tensors.map((tensor) => ({ ...tensor, name: tensor.name.replace(PREFIX, "") })));
}

interface TensorFile {
  readonly sha256: string;
  /** Tensors without those that are no weights. */
  readonly tensors: readonly UndecodedTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

function readTensors(path: string): TensorFile {
  const bytes = readUserFile(path);
  const { tensors, metadata } = isTorchFile(bytes)
    ? { tensors: openTorchFile(bytes, path), metadata: {} }
    : openWeights(bytes, path);
  const weights = withoutPrefix(tensors.filter(({ name }) => !isExtra(name)));
  if (weights.length === 0) throw new TrainError(`${path}: the file has no weights. Choose another file.`);
  return { sha256: hashOf(bytes), tensors: weights, metadata };
}
