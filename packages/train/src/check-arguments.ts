import type { Network } from "@downhill/graph";
import { kindOf } from "@downhill/optim/kind-of";
import { TrainError } from "./error.ts";

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** True for a network of `createNetwork`. */
export const isNetwork = (value: unknown): value is Network =>
  isObject(value) && isModel(value.model) && isObject(value.parameters) && isObject(value.buffers);

const isModel = (value: unknown): boolean => isObject(value) && typeof value.apply === "function";

/**
 * Checks that an argument is a network.
 * @param place name of the function or option
 * @throws TrainError for any other value, such as a model
 */
export function checkNetwork(place: string, network: unknown): void {
  if (isNetwork(network)) return;
  const found = isModel(network) ? "a model without numbers" : kindOf(network);
  throw new TrainError(`${place}: the network is ${found}. Expected the result of createNetwork(model).`);
}

/**
 * Checks that an argument is an object.
 * @param place name of the function or option
 * @param expected expected value, as the object of "Expected"
 * @throws TrainError for any other value
 */
export function checkObject(place: string, value: unknown, expected: string): void {
  if (!isObject(value)) throw new TrainError(`${place} is ${kindOf(value)}. Expected ${expected}.`);
}

/**
 * Checks that an argument is a list of objects.
 * @param place name of the option
 * @param expected expected value, as the object of "Expected"
 * @throws TrainError for any other value, or a member that is no object
 */
export function checkObjects(place: string, value: unknown, expected: string): void {
  if (!Array.isArray(value)) throw new TrainError(`${place} is ${kindOf(value)}. Expected ${expected}.`);
  for (const [i, member] of value.entries())
    checkObject(`${place}[${i}]`, member, `an object: ${place} is ${expected}`);
}

/**
 * Checks that an argument is an optimizer.
 * @param place name of the option
 * @throws TrainError for any other value, such as a factory that is not called
 */
export function checkOptimizer(place: string, optimizer: unknown): void {
  if (isObject(optimizer) && isObject(optimizer.parts) && typeof optimizer.bind === "function") return;
  const found = typeof optimizer === "function" ? "a function" : kindOf(optimizer);
  throw new TrainError(`${place} is ${found}. Expected an optimizer, such as adamw({ lr: 1e-3 }).`);
}

/**
 * Checks that an argument is the path of a file.
 * @throws TrainError for any other value
 */
export function checkPath(path: unknown): void {
  if (typeof path === "string" && path !== "") return;
  throw new TrainError(`the file is ${path === "" ? "an empty text" : kindOf(path)}. Expected its path, as a string.`);
}
