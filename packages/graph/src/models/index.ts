export { type LenetOptions, lenet } from "./lenet.ts";
export { type MlpOptions, mlp } from "./mlp.ts";
export { type ResnetOptions, resnet } from "./resnet.ts";
