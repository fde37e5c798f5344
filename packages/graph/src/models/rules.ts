import { airbenchRules } from "./airbench.ts";
import { convnextRules } from "./convnext.ts";
import { lenetRules } from "./lenet.ts";
import { mlpRules } from "./mlp.ts";
import { checkOptions, type ModelRules } from "./options.ts";
import { resnetRules } from "./resnet.ts";
import { resnet9Rules } from "./resnet9.ts";
import { vggRules } from "./vgg.ts";
import { wideResnetRules } from "./wide-resnet.ts";

/** Option rules of each model, keyed by the model's function. */
const MODEL_RULES = {
  airbench: airbenchRules,
  convnext: convnextRules,
  lenet: lenetRules,
  mlp: mlpRules,
  resnet: resnetRules,
  resnet9: resnet9Rules,
  vgg: vggRules,
  wideResnet: wideResnetRules,
} as const;

/** Name of a model's function. */
export type ModelName = keyof typeof MODEL_RULES;

type AnyOptions = Readonly<Record<string, unknown>>;

const rulesOf = (model: ModelName): ModelRules<AnyOptions> => MODEL_RULES[model] as ModelRules<AnyOptions>;

/**
 * Checks the names and values of a model's options without defining the model.
 * @throws GraphError that names the unknown option, or the option, its value and the expected values
 * @example checkModelOptions("mlp", { width: 32 }); // mlp: unknown option 'width': known are: hidden, dropout, ...
 */
export function checkModelOptions(model: ModelName, options: AnyOptions): void {
  checkOptions(model, options, rulesOf(model).options);
}

/**
 * Returns the smallest height and width of images that a model accepts.
 * @param options valid options of the model's function
 * @example smallestSide("airbench", {}) // 9
 */
export const smallestSide = (model: ModelName, options: AnyOptions = {}): number =>
  rulesOf(model).smallestSide(options);
