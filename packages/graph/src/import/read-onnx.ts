import { toBinary } from "@bufbuild/protobuf";
import { TensorProto_DataLocation as Location, ModelProtoSchema, type TensorProto } from "onnx-buf";
import { importInNode } from "../devices/import-in-node.ts";
import { GraphError } from "../error.ts";
import { within } from "./errors.ts";
import { parseModel } from "./parse-onnx.ts";
import { externalEntries } from "./stored-tensor.ts";

/**
 * Reads an ONNX file, for `importOnnx`. Weights that lie in other files beside it are put into the bytes. In Node only.
 * @throws GraphError for a file that is no ONNX model, or whose external data are missing or damaged
 */
export async function readOnnx(path: string): Promise<Uint8Array> {
  const { readFileSync } = await importInNode<typeof import("node:fs")>("node:fs");
  const { dirname, join } = await importInNode<typeof import("node:path")>("node:path");
  return packOnnx(readFileSync(path), (location) => readFileSync(join(dirname(path), location)), { place: path });
}

/**
 * Puts weights that lie in other files into the bytes of an ONNX file.
 * @param read returns the contents of a file beside the model; an error counts as a missing file
 * @param options `place`: start of messages, such as the path of the file; default `"packOnnx"`
 * @returns the bytes themselves if they have all weights
 * @throws GraphError for bytes that are no ONNX model, or external data that are missing or damaged
 */
export function packOnnx(
  bytes: Uint8Array,
  read: (location: string) => Uint8Array,
  { place = "packOnnx" }: { readonly place?: string } = {},
): Uint8Array {
  return within(place, () => {
    const model = parseModel(bytes);
    const outside = model.graph.initializer.filter(({ dataLocation }) => dataLocation === Location.EXTERNAL);
    if (outside.length === 0) return bytes;
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const tensor of outside) {
      const { location = "" } = externalEntries(tensor);
      const file = files.get(location) ?? readBeside(location, read);
      files.set(location, file);
      embed(tensor, location, file);
    }
    return toBinary(ModelProtoSchema, model);
  });
}

/** Paths that lead out of the folder of the model. */
const OUTSIDE = /^$|^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)/;

function readBeside(location: string, read: (location: string) => Uint8Array): Uint8Array<ArrayBuffer> {
  let cause: unknown;
  try {
    if (!OUTSIDE.test(location)) return new Uint8Array(read(location));
  } catch (error) {
    cause = error;
  }
  throw new GraphError(
    `weights lie in the file '${location}', which is not beside the model. Put both files into one folder.`,
    { cause },
  );
}

/** Moves the bytes of a tensor from another file into the model. */
function embed(tensor: TensorProto, location: string, file: Uint8Array<ArrayBuffer>): void {
  const { offset = "0", length } = externalEntries(tensor);
  const start = Number(offset);
  const end = length === undefined ? file.length : start + Number(length);
  if (!(start >= 0 && start <= end && end <= file.length)) {
    throw new GraphError(
      `the tensor '${tensor.name}' lies in the bytes ${start} to ${end} of '${location}', which has ${file.length}. One of the two files is damaged, or is of another model.`,
    );
  }
  tensor.rawData = file.subarray(start, end);
  tensor.dataLocation = Location.DEFAULT;
  tensor.externalData = [];
}
