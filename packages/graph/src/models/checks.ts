import { airbenchChecks } from "./airbench.ts";
import { convnextChecks } from "./convnext.ts";
import { convnextTinyChecks } from "./convnext-tiny.ts";
import { efficientnetB0Checks } from "./efficientnet.ts";
import { imagenetResnetChecks } from "./imagenet-resnet.ts";
import { lenetChecks } from "./lenet.ts";
import { mlpChecks } from "./mlp.ts";
import { mobilenetV2Checks } from "./mobilenet-v2.ts";
import { mobilenetV3Checks } from "./mobilenet-v3.ts";
import { checkOptions, type ModelChecks } from "./options.ts";
import { resnetChecks } from "./resnet.ts";
import { resnet9Checks } from "./resnet9.ts";
import { vggChecks } from "./vgg.ts";
import { wideResnetChecks } from "./wide-resnet.ts";

/** Option checks of each model, keyed by the model's function. */
const MODEL_CHECKS = {
  airbench: airbenchChecks,
  convnext: convnextChecks,
  convnextTiny: convnextTinyChecks,
  efficientnetB0: efficientnetB0Checks,
  lenet: lenetChecks,
  mlp: mlpChecks,
  mobilenetV2: mobilenetV2Checks,
  mobilenetV3: mobilenetV3Checks,
  resnet: resnetChecks,
  resnet18: imagenetResnetChecks,
  resnet34: imagenetResnetChecks,
  resnet50: imagenetResnetChecks,
  resnet9: resnet9Checks,
  vgg: vggChecks,
  wideResnet: wideResnetChecks,
} as const;

/** Name of a model's function. */
export type ModelName = keyof typeof MODEL_CHECKS;

type AnyOptions = Readonly<Record<string, unknown>>;

const checksOf = (model: ModelName): ModelChecks<AnyOptions> => MODEL_CHECKS[model] as ModelChecks<AnyOptions>;

/**
 * Checks the names and values of a model's options without defining the model.
 * @throws GraphError that names the unknown option, or the option, its value and the expected values
 * @example checkModelOptions("mlp", { width: 32 }); // mlp: unknown option 'width': known are: hidden, dropout, ...
 */
export function checkModelOptions(model: ModelName, options: AnyOptions): void {
  checkOptions(model, options, checksOf(model).options);
}

/**
 * Returns the smallest height and width of images that a model accepts.
 * @param options valid options of the model's function
 * @example smallestSide("airbench", {}) // 9
 */
export const smallestSide = (model: ModelName, options: AnyOptions = {}): number =>
  checksOf(model).smallestSide(options);
