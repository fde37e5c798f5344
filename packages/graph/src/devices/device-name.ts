/** Name of a device: an execution provider of ONNX Runtime. */
export type DeviceName = "cpu" | "webgpu" | "wasm";
