import { kindOf } from "@downhill/optim/kind-of";
import { GraphError } from "../error.ts";

/**
 * Checks that a value is a network.
 * @param place start of the message
 * @throws GraphError for any other value, such as a model without numbers
 */
export function checkNetwork(place: string, network: unknown): void {
  if (isObject(network) && isModel(network.model) && isObject(network.parameters) && isObject(network.buffers)) return;
  const found = isModel(network) ? `the model ${network.name}` : kindOf(network);
  throw new GraphError(`${place}: the network is ${found}. Expected the result of createNetwork(model).`);
}

/**
 * Checks that a value is a model.
 * @param place start of the message
 * @throws GraphError for any other value
 */
export function checkModel(place: string, model: unknown): void {
  if (isModel(model)) return;
  const found = isObject(model) && isModel(model.model) ? "a network. Use network.model" : `${kindOf(model)}`;
  throw new GraphError(
    `${place}: the model is ${found}. Expected the result of defineModel, or a model of the library.`,
  );
}

/**
 * Checks that options are an object.
 * @param place start of the message
 * @param named name and verb of the options in the message
 * @param example options in the message, such as `{ batchSize: 32 }`
 * @throws GraphError for any other value
 */
export function checkOptions(place: string, options: unknown, example: string, named = "the options are"): void {
  if (isObject(options)) return;
  throw new GraphError(`${place}: ${named} ${kindOf(options)}. Expected an object, such as ${example}.`);
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const isModel = (value: unknown): value is { readonly name: string } =>
  isObject(value) && typeof value.apply === "function" && Array.isArray(value.parameters);
