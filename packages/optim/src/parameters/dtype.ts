/** Precision of the values, gradients and optimizer state. */
export type Dtype = "float32" | "float64";

/** View of floating-point numbers of either precision. */
export type FloatArray = Float32Array | Float64Array;
