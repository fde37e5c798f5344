import { airbenchRules } from "./airbench.ts";
import { convnextRules } from "./convnext.ts";
import { lenetRules } from "./lenet.ts";
import { mlpRules } from "./mlp.ts";
import { checkOptions, type ModelRules } from "./options.ts";
import { resnetRules } from "./resnet.ts";
import { resnet9Rules } from "./resnet9.ts";
import { vggRules } from "./vgg.ts";
import { wideResnetRules } from "./wide-resnet.ts";

/** The rules of each model, by the name of its function. */
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

/** The name of a model's function. */
export type ModelName = keyof typeof MODEL_RULES;

type AnyOptions = Readonly<Record<string, unknown>>;

const rulesOf = (model: ModelName): ModelRules<AnyOptions> => MODEL_RULES[model] as ModelRules<AnyOptions>;

/**
 * Checks the options of a model without making it: unknown names, and values out of their range.
 * @throws GraphError with the option, its value and what is expected
 * @example checkModelOptions("mlp", { width: 32 }); // mlp: unknown option 'width': known are: hidden, dropout, ...
 */
export function checkModelOptions(model: ModelName, options: AnyOptions): void {
  checkOptions(model, options, rulesOf(model).options);
}

/**
 * The smallest height and width of images that a model takes.
 * @param options as for the model's function, checked
 * @example smallestSide("airbench", {}) // 9
 */
export const smallestSide = (model: ModelName, options: AnyOptions = {}): number =>
  rulesOf(model).smallestSide(options);
