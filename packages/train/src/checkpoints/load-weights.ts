import { matchesName, type NameMatch, type Network } from "@downhill/graph";
import { checkNetwork, checkObject } from "../check-arguments.ts";
import { TrainError } from "../error.ts";
import { readUserFile, writeUserFile } from "../files/user-file.ts";
import type { Remedy } from "../problem.ts";
import { copyWeights } from "../training/checkpoint.ts";
import { differencesFrom, differencesInWords, type WeightDifferences } from "./match-weights.ts";
import { isNoWeight } from "./own-names.ts";
import type { UndecodedTensor } from "./safetensors.ts";
import { storedType } from "./safetensors-types.ts";
import { floatsOf } from "./to-float32.ts";
import { openWeights, weightOf, weightsFile } from "./weights-file.ts";

/**
 * Writes the parameters and buffers of a network to a file in the safetensors format, atomically, with PyTorch's names
 * and shapes. During `updater.withEvaluationWeights`, these are the weights for evaluation.
 * @throws TrainError if the file cannot be written; an existing file then stays unchanged
 * @example
 * await saveWeights(network, "net.safetensors"); // Python: safetensors.torch.load_file("net.safetensors")
 */
export async function saveWeights(network: Network, file: string): Promise<void> {
  checkNetwork("saveWeights", network);
  writeUserFile(file, weightsFile(network.model, copyWeights(network)));
}

/** Options of `loadWeights`. */
export interface LoadWeightsOptions {
  /**
   * Tensors that keep their values in the network and are not read from the file, by their names in the network, such as
   * `/^fc\./` for a last layer with other classes. Default none.
   */
  readonly ignore?: NameMatch;
  /**
   * True to load the tensors that the network and the file have in common, with equal shapes; false to throw if any
   * differs. Default false.
   */
  readonly partial?: boolean;
  /**
   * Names in the network by those in the file, or a function from the one to the other, such as
   * `(name) => name.replace(/^module\./, "")`. Default: equal names.
   */
  readonly rename?: Readonly<Record<string, string>> | ((name: string) => string);
}

/** Result of `loadWeights`. Names are those in the network, after `rename`. */
export interface LoadedWeights extends WeightDifferences {
  /** Names of the tensors that the network has from the file. */
  readonly loaded: readonly string[];
  /**
   * Names of the tensors of the file that were left out on purpose: those of `ignore`, PyTorch's `num_batches_tracked`,
   * and the state of optimizers in a checkpoint.
   */
  readonly ignored: readonly string[];
}

function checkIgnore(ignore: unknown): void {
  const isMatch = ["undefined", "string", "function"].includes(typeof ignore) || ignore instanceof RegExp;
  if (isMatch || Array.isArray(ignore)) return;
  throw new TrainError(
    "loadWeights: ignore is no pattern. Expected a pattern, a name, names, or a function of a name.",
  );
}

/**
 * Loads weights from a file in the safetensors format into a network, in place: a file of `saveWeights`, a checkpoint of
 * one network, or one of PyTorch. F64, F16 and BF16 become float32. Buffers also take integers.
 * @returns the names that were loaded, and all others: with `partial`, those of tensors that differ
 * @throws TrainError for an unreadable or damaged file, for tensors that differ (without `partial`), if no tensor fits,
 *   or for a parameter of integers; the network is then unchanged
 * @example
 * const { missing } = await loadWeights(network, "resnet.safetensors", { ignore: /^fc\./ }); // a new last layer
 */
export async function loadWeights(
  network: Network,
  file: string,
  options: LoadWeightsOptions = {},
): Promise<LoadedWeights> {
  checkNetwork("loadWeights", network);
  checkObject("loadWeights: the options", options, "an object, such as { ignore: /^fc\\./ }");
  const { ignore, partial = false, rename } = options;
  checkIgnore(ignore);
  if (rename !== undefined && typeof rename !== "function") {
    checkObject("loadWeights: rename", rename, "names in the network by those in the file, or a function");
  }
  const { model } = network;
  const isIgnored = (name: string): boolean => ignore !== undefined && matchesName(ignore, name);
  const found = new Map<string, UndecodedTensor>();
  const ignored: string[] = [];
  const known = new Set([...model.parameters, ...model.buffers].map(({ name }) => name));
  for (const tensor of openWeights(readUserFile(file), file).tensors) {
    const name = renamed(tensor.name, rename);
    if (isIgnored(name) || (!known.has(name) && isLeftOut(tensor))) ignored.push(name);
    else if (found.has(name)) throw new TrainError(`${file}: rename gives two tensors the name '${name}'.`);
    else found.set(name, tensor);
  }
  const differences = differencesFrom(model, found, isIgnored);
  const { missing, unexpected, mismatched } = differences;
  const left = new Set([...unexpected, ...mismatched.map(({ name }) => name)]);
  const loaded = [...found.keys()].filter((name) => !left.has(name));
  const words = differencesInWords(differences);
  if (words !== null && (!partial || loaded.length === 0)) {
    const scope = loaded.length === 0 ? "no tensor fits" : "the weights do not fit";
    throw new TrainError(`${file}: ${scope} the model '${model.name}': ${words}`, {
      code: "other-weights",
      remedies: remediesFor(differences, loaded.length),
    });
  }
  const isParameter = (name: string): boolean => !Object.hasOwn(network.buffers, name);
  const floats = loaded.map(
    (name) => [name, floatsOf(found.get(name) as UndecodedTensor, file, isParameter(name))] as const,
  );
  for (const [name, values] of floats) weightOf(network, name).set(values);
  return { loaded, ignored, missing, unexpected, mismatched };
}

function renamed(name: string, rename: LoadWeightsOptions["rename"]): string {
  if (typeof rename === "function") return rename(name);
  return rename && Object.hasOwn(rename, name) ? (rename[name] as string) : name;
}

/** Returns true for a tensor that is no weight: PyTorch's count of batches, or one of a checkpoint's optimizer. */
const isLeftOut = ({ name, dtype }: UndecodedTensor): boolean =>
  isNoWeight(name) || (/(^|\.)num_batches_tracked$/.test(name) && storedType(dtype)?.kind === "integer");

/** Returns the ways to load a file that differs. */
function remediesFor({ missing, unexpected }: WeightDifferences, loaded: number): Remedy[] {
  const prefix = commonPrefix(missing, unexpected);
  if (prefix !== null) {
    const pattern = prefix.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
    return [{ act: `remove the prefix with rename: (name) => name.replace(/^${pattern}/, "")` }];
  }
  const others: Remedy[] = [{ act: "map the names with rename" }];
  return loaded === 0
    ? others
    : [{ act: "set partial: true to load the rest" }, { act: "leave tensors out with ignore" }, ...others];
}

/** Returns the prefix that the names in a file have before those of the network; null if there is none. */
function commonPrefix(missing: readonly string[], unexpected: readonly string[]): string | null {
  const [first] = missing;
  const longer = first === undefined ? undefined : unexpected.find((name) => name.endsWith(`.${first}`));
  if (first === undefined || longer === undefined) return null;
  const prefix = longer.slice(0, -first.length);
  return missing.every((name) => unexpected.includes(prefix + name)) ? prefix : null;
}
