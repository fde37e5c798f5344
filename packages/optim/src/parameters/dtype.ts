/** Precision of the values, gradients and optimizer state. */
export type Dtype = "float32" | "float64";

/** View of numbers of one of the two precisions. */
export type FloatArray = Float32Array | Float64Array;
