/** Checked by the compiler, never run: views have the type of their precision, and optimizers take either precision. */
import { adam, type Dtype, lbfgs, Parameters, sharpnessAware } from "../src/index.ts";

declare const dtype: Dtype;

const single = new Parameters({ weight: [2] });
const double = new Parameters({ weight: [2] }, { dtype: "float64" });
const either = new Parameters({ weight: [2] }, { dtype });

export const singles: Float32Array[] = [single.value("weight"), single.gradient("weight"), single.values];
export const reserved: Float32Array = new Parameters([["weight", [2]]], { reserve: 2 }).gradients;
export const doubles: Float64Array[] = [double.value("weight"), double.gradient("weight"), double.gradients];
export const views: Float32Array | Float64Array = either.value("weight");

// @ts-expect-error The view may be a Float64Array.
export const wrong: Float32Array = either.value("weight");
// @ts-expect-error Weights in float64 have no views in float32.
export const alsoWrong: Parameters = double;

for (const parameters of [single, double, either]) {
  adam().bind(parameters);
  lbfgs().bind(parameters);
  sharpnessAware(adam(), { rho: 0.05 }).bind(parameters);
}
