/** Precision of the values, gradients and optimizer state. */
export type Dtype = "float32" | "float64";

/** View of floating-point numbers of a precision; by default, of either. */
export type FloatArray<D extends Dtype = Dtype> = { float32: Float32Array; float64: Float64Array }[D];
