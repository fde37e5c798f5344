import { inOrder } from "../core/in-order.ts";
import { input, inputName } from "../core/input.ts";
import { at, type Shape, sameShape } from "../core/shape.ts";
import { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";
import { IMAGES } from "../training/batch.ts";
import type { ApplyOptions, Model, ModelGraph } from "./model.ts";
import { matchesName, type NameMatch } from "./name-match.ts";
import { OUTPUT, singleOutput } from "./outputs.ts";
import { STEP } from "./scope.ts";
import { trainedNames } from "./trained.ts";

/** Both parts of a model whose first layers are frozen. */
export interface SplitModel {
  /** Frozen part: from images to features, the values that no trained parameter changes. */
  readonly body: Model<"output">;
  /** Trained part: from features to the outputs of the model. Its parameters keep their names. */
  readonly head: Model;
}

/**
 * Splits a model where its frozen part ends, so that the features of the frozen part can be computed once. The body works
 * as in inference, and dropout directly before the head belongs to the head.
 * @param trains parameters that are trained
 * @throws GraphError if no parameter matches, or several outputs of frozen layers lead to the trained ones
 * @example const { body, head } = splitModel(resnet([3, 32, 32], 10), /^fc\./);
 */
export function splitModel(model: Model, trains: NameMatch): SplitModel {
  trainedNames(model, trains);
  const images = input(IMAGES, [1, ...model.imageShape]);
  const graph = model.apply(images);
  const feature = featureOf(model, graph, images, trains);
  const featureShape: Shape = feature.shape.slice(1);
  const inBody = namesIn([feature], graph);
  const inHead = namesIn(Object.values(graph.outputs), graph, feature);
  const body: Model<"output"> = {
    ...part(model, inBody),
    name: `${model.name} body`,
    classes: 0,
    outputs: { [OUTPUT]: featureShape },
    apply(images, options) {
      const whole = model.apply(images, options);
      const outputs = { [OUTPUT]: featureOf(model, whole, images, trains) };
      return graphOf(model.name, { ...keep(whole, inBody), outputs, updates: {}, statistics: {} });
    },
  };
  const head: Model = {
    ...part(model, inHead),
    imageShape: featureShape,
    apply(features, options: ApplyOptions = {}) {
      if (!sameShape(features.shape.slice(1), featureShape)) {
        throw new GraphError(
          `${model.name}: features [${features.shape}]. Expected [batch, ${featureShape.join(", ")}].`,
        );
      }
      const images = input(IMAGES, [at(features.shape, 0), ...model.imageShape]);
      const whole = model.apply(images, options);
      const replace = substitute(featureOf(model, whole, images, trains), features);
      const kept = keep(whole, inHead);
      const replaced = <Name extends string>(tensors: Readonly<Record<Name, Tensor>>): Record<Name, Tensor> =>
        Object.fromEntries(Object.entries<Tensor>(tensors).map(([name, tensor]) => [name, replace(tensor)])) as Record<
          Name,
          Tensor
        >;
      const outputs = replaced(whole.outputs);
      const [updates, statistics] = [replaced(kept.updates), replaced(kept.statistics)];
      return graphOf(model.name, { ...kept, outputs, updates, statistics });
    },
  };
  return { body, head };
}

/**
 * Returns the last tensor that depends on the images and on no trained parameter.
 * @throws GraphError if there are several
 */
function featureOf(model: Model, graph: ModelGraph, images: Tensor, trains: NameMatch): Tensor {
  const trained = new Set<Tensor>();
  for (const [name, tensor] of Object.entries(graph.parameters)) if (matchesName(trains, name)) trained.add(tensor);
  const [data, changed, masks] = [new Set([images]), new Set(trained), new Set<Tensor>()];
  const found = new Set<Tensor>();
  const outputs = Object.values(graph.outputs);
  for (const tensor of inOrder(outputs)) {
    if (tensor.inputs.some((one) => data.has(one))) data.add(tensor);
    else if (inputName(tensor) === STEP || tensor.inputs.some((one) => masks.has(one))) masks.add(tensor);
    if (!tensor.inputs.some((one) => changed.has(one))) continue;
    changed.add(tensor);
    for (const one of tensor.inputs) if (data.has(one) && !changed.has(one)) found.add(withoutDropout(one, masks));
  }
  const [feature, ...others] = found;
  if (feature && feature !== images && others.length === 0 && outputs.every((output) => changed.has(output))) {
    return feature;
  }
  throw new GraphError(
    `${model.name}: the trained parameters are no head: ${feature === images ? "one of them is applied to the images" : "several outputs of frozen layers lead to them"}. Expected those of the last layers.`,
  );
}

/**
 * Returns the input of dropout, a product with a random mask; another tensor unchanged.
 * @param masks tensors that depend on the step, and not on the images
 */
function withoutDropout(tensor: Tensor, masks: ReadonlySet<Tensor>): Tensor {
  const [x, mask] = tensor.inputs;
  return tensor.op.name === "mul" && x && mask && masks.has(mask) ? withoutDropout(x, masks) : tensor;
}

/** Returns a function that rebuilds tensors with another tensor in place of the feature. */
function substitute(feature: Tensor, by: Tensor): (tensor: Tensor) => Tensor {
  const rebuilt = new Map([[feature, by]]);
  return (tensor) => {
    for (const one of inOrder([tensor])) {
      if (rebuilt.has(one)) continue;
      const inputs = one.inputs.map((input) => rebuilt.get(input) as Tensor);
      const isSame = inputs.every((input, i) => input === one.inputs[i]);
      rebuilt.set(one, isSame ? one : new Tensor(one.op, inputs, one.attributes, one.shape, one.dtype));
    }
    return rebuilt.get(tensor) as Tensor;
  };
}

/** Returns the names of the parameters and buffers that tensors depend on, after the feature if there is one. */
function namesIn(
  tensors: Iterable<Tensor>,
  { parameters, buffers }: ModelGraph,
  feature?: Tensor,
): ReadonlySet<string> {
  const before = new Set(feature ? inOrder([feature]) : []);
  const reached = new Set(inOrder(tensors).filter((tensor) => !before.has(tensor)));
  const all = Object.entries({ ...parameters, ...buffers });
  return new Set(all.flatMap(([name, tensor]) => (reached.has(tensor) ? [name] : [])));
}

/** Returns a model with some of the variables of another. */
function part(model: Model, names: ReadonlySet<string>): Model {
  return {
    ...model,
    parameters: model.parameters.filter(({ name }) => names.has(name)),
    buffers: model.buffers.filter(({ name }) => names.has(name)),
    initialize: (seed) =>
      Object.fromEntries(Object.entries(model.initialize(seed)).filter(([name]) => names.has(name))),
  };
}

/** Returns the variables and updates of a graph by some names, without its layers. */
function keep(graph: ModelGraph, names: ReadonlySet<string>): Omit<ModelGraph, "output" | "logits"> {
  const { outputs, parameters, buffers, updates, statistics } = graph;
  const some = (tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> =>
    Object.fromEntries(Object.entries(tensors).filter(([name]) => names.has(name)));
  return {
    outputs,
    parameters: some(parameters),
    buffers: some(buffers),
    updates: some(updates),
    statistics: some(statistics),
    layers: [],
  };
}

/** Returns a graph with the getters of its only output. */
const graphOf = (name: string, graph: Omit<ModelGraph, "output" | "logits">): ModelGraph => ({
  ...graph,
  get output() {
    return singleOutput(name, graph.outputs);
  },
  get logits() {
    return singleOutput(name, graph.outputs);
  },
});

/** Returns the names of the parameters of a model's last layer: its head weights, and the biases beside them. */
export function headNames({ parameters }: Pick<Model, "parameters">): string[] {
  const layerOf = (name: string): string => name.slice(0, name.lastIndexOf(".") + 1);
  const layers = new Set(parameters.flatMap(({ name, role }) => (role === "head" ? [layerOf(name)] : [])));
  return parameters.flatMap(({ name }) => (layers.has(layerOf(name)) ? [name] : []));
}
