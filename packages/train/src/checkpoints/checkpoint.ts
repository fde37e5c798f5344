import type { Network } from "@downhill/graph";
import type { RestoreOptions } from "@downhill/optim";
import { z } from "zod";
import { checkObject } from "../check-arguments.ts";
import { TrainError } from "../error.ts";
import { readUserFile, writeUserFile } from "../files/user-file.ts";
import { copyWeights } from "../training/checkpoint.ts";
import {
  type CheckpointParts,
  checkNames,
  namedParts,
  restoreAll,
  type SavedState,
  tensorName,
  titleOfPart,
} from "./checkpoint-parts.ts";
import { differencesFrom, differencesInWords } from "./match-weights.ts";
import { ROOTS } from "./own-names.ts";
import { pack, unpack } from "./plain-state.ts";
import { openSafetensors, type SafetensorsFile, type StoredTensor, type UndecodedTensor } from "./safetensors.ts";
import { checkSeal, sealSafetensors } from "./sealed-safetensors.ts";
import { floatsOf } from "./to-float32.ts";
import { weightOf, withShapes } from "./weights-file.ts";

const FORMAT = "downhill-checkpoint";
const VERSION = "1";
const INVALID = "its contents are not those of a checkpoint. Restore the file from a copy";

const states = z.record(z.string(), z.unknown());
/** Schema of everything but the tensors. */
const contentsSchema = z.strictObject({
  /** Names of the tensors of each network. */
  network: z.record(z.string(), z.array(z.string())),
  updater: states,
  controllers: states,
  extra: z.unknown().optional(),
});

/**
 * Writes a checkpoint of a training of one's own, from which it resumes exactly: one file in the safetensors format,
 * written atomically. Random numbers are functions of seeds and steps in this library; put those into `extra`.
 * @param parts networks, updaters and controllers, and `extra`: plain data, such as the position; default none
 * @throws TrainError if the file cannot be written, which leaves an existing one unchanged, or if `extra` is no plain data
 * @throws Error during `updater.withEvaluationWeights`
 * @example
 * await writeCheckpoint("run.ckpt", { network, updater, controllers: { plateau }, extra: { epoch } });
 */
export async function writeCheckpoint(
  file: string,
  parts: CheckpointParts & { readonly extra?: unknown },
): Promise<void> {
  checkObject("writeCheckpoint: the second argument", parts, "an object, such as { network, updater }");
  const { extra, ...stateful } = parts;
  const { network, updater, controllers } = namedParts(stateful);
  // An updater refuses to return its state while the network holds other weights than those of the training.
  const updaterStates = mapValues(updater, (one) => one.state());
  const controllerStates = mapValues(controllers, (one) => one.state());
  const tensors: Record<string, StoredTensor> = {};
  const names = mapValues(network, (one, name) => {
    const weights = Object.entries(withShapes(one.model, copyWeights(one)));
    for (const [tensor, stored] of weights) tensors[weightName(name, tensor)] = stored;
    return weights.map(([tensor]) => tensor);
  });
  const contents = {
    network: names,
    updater: mapValues(updaterStates, (state, name) => pack(state, tensorName(ROOTS.updater, name), tensors)),
    controllers: mapValues(controllerStates, (state, name) =>
      pack(state, tensorName(ROOTS.controllers, name), tensors),
    ),
    extra: pack(extra, ROOTS.extra, tensors),
  };
  const metadata = { format: FORMAT, version: VERSION, contents: JSON.stringify(contents) };
  writeUserFile(file, sealSafetensors(tensors, metadata));
}

/**
 * Restores a training of one's own from a checkpoint, in place: its next step gives the same bits as without the
 * interruption. A part that is left out is not restored; one that is given must be the same as in the checkpoint.
 * @param options `missing: "fresh"` starts tensors anew that the updater did not train before, as `updater.restore` does
 * @returns `extra` of the checkpoint; undefined without one
 * @throws TrainError for a file that is missing, damaged or no checkpoint, or one of another network, optimizer or
 *   controller; nothing has changed then
 * @example
 * const { extra } = await readCheckpoint<{ epoch: number }>("run.ckpt", { network, updater, controllers: { plateau } });
 */
export async function readCheckpoint<Extra = unknown>(
  file: string,
  parts: CheckpointParts = {},
  options: RestoreOptions = {},
): Promise<{ readonly extra: Extra }> {
  checkObject("readCheckpoint: the second argument", parts, "an object, such as { network, updater }");
  const opened = openSafetensors(readUserFile(file), file);
  const contents = contentsOf(opened, file);
  const given = namedParts(parts);
  checkNames(file, "network", given.network, contents.network);
  checkNames(file, "updater", given.updater, contents.updater);
  checkNames(file, "controller", given.controllers, contents.controllers);
  const tensors = new Map(opened.tensors.map((tensor) => [tensor.name, tensor]));
  const decode = (packed: unknown): unknown => {
    try {
      return unpack(packed, (name) => tensors.get(name)?.values());
    } catch (error) {
      throw new TrainError(`${file}: ${INVALID}.`, { code: "damaged-file", cause: error });
    }
  };
  const weights = Object.entries(given.network).flatMap(([name, network]) => {
    const saved = contents.network[name]?.flatMap((tensor): [string, UndecodedTensor][] => {
      const stored = tensors.get(weightName(name, tensor));
      return stored ? [[tensor, stored]] : [];
    });
    return weightsFor(network, new Map(saved), `${file}: ${titleOfPart("network", name)}`);
  });
  const savedStates = (kind: "updater" | "controllers"): SavedState[] =>
    Object.entries(given[kind]).map(([name, part]) => ({
      title: titleOfPart(kind.replace(/s$/, ""), name),
      part,
      state: decode(contents[kind][name]),
    }));
  const extra = decode(contents.extra) as Extra;
  restoreAll(file, [...savedStates("updater"), ...savedStates("controllers")], options);
  for (const { into, values } of weights) into().set(values);
  return { extra };
}

/**
 * Returns the saved weights of a network and functions that return the arrays to write them into.
 * @param place file and network, for errors
 * @throws TrainError if they are of another network
 */
function weightsFor(network: Network, saved: ReadonlyMap<string, UndecodedTensor>, place: string) {
  const words = differencesInWords(differencesFrom(network.model, saved));
  if (words !== null) {
    throw new TrainError(`${place} does not fit the model '${network.model.name}': ${words}.`, {
      code: "other-checkpoint",
    });
  }
  return [...saved].map(([name, stored]) => ({
    into: () => weightOf(network, name),
    values: floatsOf(stored, place, true),
  }));
}

function contentsOf(file: SafetensorsFile, path: string): z.infer<typeof contentsSchema> {
  const { format, version, contents, sha256 } = file.metadata;
  const fail = (problem: string): never => {
    throw new TrainError(`${path}: ${problem}.`, { code: "other-checkpoint" });
  };
  if (format !== FORMAT) return fail("it is not a checkpoint of writeCheckpoint. Read other weights with loadWeights");
  if (version !== VERSION) {
    return fail(`its version is ${version}, and this release reads version ${VERSION}. Read it with a newer release`);
  }
  checkSeal(file, path);
  const result = sha256 === undefined ? null : contentsSchema.safeParse(parse(contents));
  return result?.data ?? fail(INVALID);
}

function parse(json = ""): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

const weightName = (network: string, tensor: string): string =>
  network === "" ? tensor : tensorName(ROOTS.network, network, tensor);

const mapValues = <T, R>(of: Readonly<Record<string, T>>, change: (value: T, key: string) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(of).map(([key, value]) => [key, change(value, key)]));
