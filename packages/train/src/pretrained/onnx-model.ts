import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { GraphError, type ImageShape, type ImportedModel, importOnnx, packOnnx } from "@downhill/graph";
import { suggest } from "@downhill/optim/nearest";
import { ConfigError, TrainError } from "../error.ts";
import { runPaths } from "../run-folder/paths.ts";

/** Name of a model that an ONNX file defines. */
export const ONNX = "onnx";

/** ONNX file that defines the model of a run. */
export interface GraphFile {
  /** Path of the file, for messages. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Options of a model from an ONNX file. */
const OPTIONS = ["newHead"];

/**
 * Checks the options of a model from an ONNX file.
 * @throws ConfigError for an option other than `newHead`, which is true or false
 */
export function checkOnnxOptions(options: Readonly<Record<string, unknown>>): void {
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) throw new ConfigError(`onnx: unknown option '${unknown}': ${suggest(unknown, OPTIONS)}`);
  const { newHead = false } = options;
  if (typeof newHead !== "boolean") throw new ConfigError(`onnx: newHead = ${newHead}. Expected true or false.`);
}

/** True for the path or the contents of an ONNX file. */
export const isOnnx = (path: string, bytes: Uint8Array): boolean =>
  /\.onnx$/i.test(path) || (bytes[0] === FIRST_FIELD && bytes[8] !== BRACE);

/** First byte of ONNX files: the version of the format comes first. */
const FIRST_FIELD = 0x08;
/** First byte of the header of a safetensors file, after its length in eight bytes. */
const BRACE = 0x7b;

/**
 * Reads the contents of an ONNX file, with weights that lie beside it.
 * @throws TrainError if the file is no ONNX model, or its weights are missing
 */
export const graphFileOf = (path: string, bytes: Uint8Array): GraphFile => ({
  path,
  bytes: forUsers(() => packOnnx(bytes, (location) => readFileSync(join(dirname(path), location)), { place: path })),
});

/** Returns the SHA-256 of a file. */
export const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Reads the ONNX file that defines the model of a run; null for other runs. */
export function graphFileOfRun(folder: string): GraphFile | null {
  const { pretrained } = runPaths(folder);
  return existsSync(pretrained) ? { path: pretrained, bytes: readFileSync(pretrained) } : null;
}

/** Reads the ONNX file of a run whose weights are the initial ones of the run; null for runs that started from others. */
export function initialGraphOf(
  folder: string,
  { pretrained }: { readonly pretrained?: { readonly sha256: string } | null },
): GraphFile | null {
  const graph = graphFileOfRun(folder);
  return graph !== null && hashOf(graph.bytes) === pretrained?.sha256 ? graph : null;
}

/**
 * Reads the model of an ONNX file.
 * @param images shape of the images; undefined for that of the file
 * @param classes number of classes; undefined for that of the file
 * @throws TrainError for a file that cannot be read, or images or classes that do not suit it
 */
export function readOnnxModel(
  { path, bytes }: GraphFile,
  images?: ImageShape,
  classes?: number,
  { newHead }: Readonly<Record<string, unknown>> = {},
): ImportedModel {
  return forUsers(() =>
    importOnnx(bytes, {
      place: path,
      ...(images && { imageShape: images }),
      ...(classes !== undefined && { classes }),
      newHead: newHead === true,
    }),
  );
}

/** Rethrows an error of graph without its line of code: the cause is in the file. */
function forUsers<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof GraphError ? new TrainError(error.reason, { cause: error }) : error;
  }
}
