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
  const { readFile } = await importInNode<typeof import("node:fs/promises")>("node:fs/promises");
  const { dirname, join } = await importInNode<typeof import("node:path")>("node:path");
  const bytes = new Uint8Array(await readFile(path));
  const model = within(path, () => parseModel(bytes));
  const outside = model.graph.initializer.filter(({ dataLocation }) => dataLocation === Location.EXTERNAL);
  if (outside.length === 0) return bytes;
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const tensor of outside) {
    const { location = "" } = externalEntries(tensor);
    if (!files.has(location)) files.set(location, await readBeside(location));
    within(path, () => embed(tensor, location, files.get(location) as Uint8Array<ArrayBuffer>));
  }
  return toBinary(ModelProtoSchema, model);

  async function readBeside(location: string): Promise<Uint8Array<ArrayBuffer>> {
    const isBeside = location !== "" && !/^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)/.test(location);
    const contents = isBeside ? await readFile(join(dirname(path), location)).catch(() => null) : null;
    if (contents) return new Uint8Array(contents);
    throw new GraphError(
      `${path}: weights lie in the file '${location}', which is not beside the model. Put both files into one folder.`,
    );
  }
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
