import type { ImageShape } from "@downhill/optim/image";
import { sameShape, showShape } from "../core/shape.ts";
import { GraphError } from "../error.ts";
import { isFloat, type OnnxGraph, type OnnxValueInfo } from "./parse-onnx.ts";
import type { Layout } from "./pixel-prefix.ts";

/** Images that a file takes. */
export interface FileImages {
  readonly name: string;
  readonly layout: Layout;
  /** Shape of the images of the model. */
  readonly shape: ImageShape;
  /** Number of channels of the file: that of the images, or several that all get the one of gray images. */
  readonly channels: number;
  /** Batch size of the file; null if any. */
  readonly batchSize: number | null;
  /** True if the file takes bytes. */
  readonly isByte: boolean;
  /** True if the file leaves height or width open. */
  readonly isOpen: boolean;
}

/** Height and width of images where the file leaves them open and no shape is given, as of ImageNet. */
const OPEN_SIZE = 224;
const UINT8 = 2;

/**
 * Finds the input of images.
 * @param wanted shape of the images; undefined for that of the file
 * @throws GraphError if there is no such input, several, or the shape does not match
 */
export function imagesOf({ inputs, nodes }: OnnxGraph, wanted: ImageShape | undefined): FileImages {
  const used = inputs.filter(({ name }) => nodes.some((node) => node.inputs.includes(name)));
  const [input, ...others] = used.length === 0 ? inputs : used;
  if (!input || others.length > 0) {
    throw new GraphError(
      `the inputs are ${showInfos(inputs)}. Expected one, of images [batch, channels, height, width].`,
    );
  }
  const { name, dims } = input;
  const isByte = input.type === UINT8;
  if (dims?.length !== 4 || !(isFloat(input) || isByte)) {
    throw new GraphError(
      `the input ${showInfos([input])}. Expected float or uint8 images [batch, channels, height, width] or [batch, height, width, channels].`,
    );
  }
  const [batchSize = null, second = null, third = null, last = null] = dims;
  const layout = !isChannels(second) && isChannels(last) ? "NHWC" : "NCHW";
  const [channels, height, width] = layout === "NHWC" ? [last, second, third] : [second, third, last];
  const isOpen = height === null || width === null;
  const [, ownHeight = OPEN_SIZE, ownWidth = OPEN_SIZE] = wanted ?? [];
  const shape: ImageShape = [channels ?? wanted?.[0] ?? 3, height ?? ownHeight, width ?? ownWidth];
  if (wanted && wanted[0] !== shape[0] && wanted[0] !== 1) {
    throw new GraphError(`images of ${wanted[0]} channels. Expected ${shape[0]}, as the file takes, or 1.`);
  }
  return {
    name,
    layout,
    shape: wanted ?? shape,
    channels: shape[0],
    batchSize,
    isByte,
    isOpen: isOpen || !sameShape((wanted ?? shape).slice(1), shape.slice(1)),
  };
}

const isChannels = (size: number | null): boolean => size !== null && [1, 3, 4].includes(size);

/** Lists inputs or outputs with their shapes. */
export const showInfos = (infos: readonly OnnxValueInfo[]): string =>
  infos
    .map(({ name, dims }) => `'${name}' ${dims ? showShape(dims.map((size) => size ?? "?") as never) : "of any shape"}`)
    .join(", ");

/**
 * Chooses the output that holds logits.
 * @param wanted name of the output; undefined to find it
 * @throws GraphError that lists the outputs if none or several are possible
 */
export function outputOf({ outputs, nodes }: OnnxGraph, wanted: string | undefined): string {
  const names = outputs.map(({ name }) => name);
  if (wanted !== undefined) {
    if (names.includes(wanted)) return wanted;
    throw new GraphError(`there is no output '${wanted}'. Expected one of ${names.join(", ")}.`);
  }
  const rows = outputs.filter(
    (info) => isFloat(info) && (!info.dims || info.dims.length === 2 || outputs.length === 1),
  );
  const [only, ...others] = rows;
  if (only && others.length === 0) return only.name;
  // Probabilities beside their logits, as in files of exportOnnx.
  const logits = rows.filter(({ name }) => {
    const rest = rows.filter((other) => other.name !== name);
    return rest.every((other) =>
      nodes.some(
        ({ type, inputs, outputs: made }) =>
          /Softmax|Sigmoid/.test(type) && made.includes(other.name) && inputs[0] === name,
      ),
    );
  });
  if (rows.length > 0 && logits[0]) return logits[0].name;
  throw new GraphError(
    `the outputs are ${showInfos(outputs)}. Expected one of [batch, classes]. Export the model for inference, with its logits alone.`,
  );
}
