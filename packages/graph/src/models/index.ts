export { type AirbenchOptions, airbench } from "./airbench.ts";
export { type ConvnextOptions, convnext } from "./convnext.ts";
export { type LenetOptions, lenet } from "./lenet.ts";
export { type MlpOptions, mlp } from "./mlp.ts";
export type { ModelOptions } from "./options.ts";
export { type ResnetOptions, resnet } from "./resnet.ts";
export { type Resnet9Options, resnet9 } from "./resnet9.ts";
export { type VggOptions, vgg } from "./vgg.ts";
export { type WideResnetOptions, wideResnet } from "./wide-resnet.ts";
