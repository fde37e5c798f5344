import { fromBinary } from "@bufbuild/protobuf";
import { type GraphProto, type ModelProto, ModelProtoSchema, type ValueInfoProto } from "onnx-buf";
import { checkCount } from "../core/check.ts";
import type { ValueInfo, Values } from "../core/values.ts";
import { chooseDevice } from "../devices/choose.ts";
import type { DeviceName } from "../devices/device-name.ts";
import { GraphError } from "../error.ts";
import { dataType } from "../onnx/builder.ts";
import type { CompileOptions } from "./compile.ts";
import { checkFeeds } from "./feeds.ts";

export interface OpenOptions extends Pick<CompileOptions, "device" | "threads"> {
  /** Size of each axis that the file names instead of giving a number, such as the batch axis; default 1. */
  readonly batchSize?: number;
}

/** An ONNX file that is ready to run. */
export interface OnnxFile {
  /** Inputs, for the chosen batch size. */
  readonly inputs: readonly ValueInfo[];
  /** Outputs, for the chosen batch size. */
  readonly outputs: readonly ValueInfo[];
  /** Texts stored in the file, by name. `exportOnnx` writes `model` and `classes`, a JSON list. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly device: DeviceName;
  /** A sentence that explains the choice of the device. */
  readonly deviceReason: string;
  /**
   * Runs the model once.
   * @param feeds values by input; a single number may be a number
   * @throws GraphError if an input is missing, unknown, or of the wrong type or size
   */
  run(feeds: Readonly<Record<string, Values | number>>): Promise<Record<string, Values>>;
  /** Frees the model's memory. Later runs throw. */
  dispose(): Promise<void>;
}

/**
 * Opens an ONNX file, such as one from `exportOnnx`, on any of the devices.
 * @throws GraphError for bytes that are not an ONNX model, and for a model that ONNX Runtime or this package cannot run
 * @example
 * const file = await openOnnx(await readFile("model.onnx"));
 * const { logits } = await file.run({ images: new Uint8Array(784) });
 */
export async function openOnnx(bytes: Uint8Array, options: OpenOptions = {}): Promise<OnnxFile> {
  const { batchSize = 1, threads = 1 } = options;
  checkCount("openOnnx", "batchSize", batchSize);
  checkCount("openOnnx", "threads", threads);
  const { graph, metadataProps } = parse(bytes);
  const stored = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !stored.has(name)).map((info) => valueInfo(info, batchSize));
  const outputs = graph.output.map((info) => valueInfo(info, batchSize));
  const { device, reason } = await chooseDevice(options.device);
  const session = await device
    .compile(bytes, { inputs, outputs, threads, optimize: true })
    .catch((error: Error) => refuse(`ONNX Runtime cannot run the model: ${error.message}`, error));
  const known = new Set(inputs.map(({ name }) => name));
  let disposed = false;
  return {
    inputs,
    outputs,
    metadata: Object.fromEntries(metadataProps.map(({ key, value }) => [key, value])),
    device: device.name,
    deviceReason: reason,
    async run(feeds) {
      if (disposed) throw new GraphError("run: the file is disposed. Open it again.");
      return session.run(checkFeeds(device.name, inputs, known, feeds), {});
    },
    async dispose() {
      if (disposed) return;
      disposed = true;
      await session.dispose();
    },
  };
}

function parse(bytes: Uint8Array): ModelProto & { graph: GraphProto } {
  if (!(bytes instanceof Uint8Array))
    refuse(`the file is ${typeof bytes}. Expected a Uint8Array, such as readFile returns.`);
  const expected = "Expected a file such as exportOnnx writes.";
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    return refuse(`the ${bytes.length} bytes are not an ONNX model, or only a part of one. ${expected}`, error);
  }
  const { graph } = model;
  // Arbitrary bytes may parse as fields unknown to ONNX.
  if (!graph?.output.length) return refuse(`the ${bytes.length} bytes are not an ONNX model. ${expected}`);
  return { ...model, graph };
}

const TYPES = ["float32", "int32", "uint8", "bool"] as const;

function valueInfo({ name, type }: ValueInfoProto, batchSize: number): ValueInfo {
  const tensor = type?.value.case === "tensorType" ? type.value.value : undefined;
  const dtype = TYPES.find((known) => dataType(known) === tensor?.elemType);
  if (!dtype || !tensor?.shape) {
    return refuse(`'${name}' has the ONNX type ${tensor?.elemType}. Expected a tensor of ${TYPES.join(", ")}.`);
  }
  const shape = tensor.shape.dim.map(({ value }) => (value.case === "dimValue" ? Number(value.value) : batchSize));
  return { name, shape, dtype };
}

function refuse(message: string, cause?: unknown): never {
  throw new GraphError(`openOnnx: ${message}`, { cause });
}
