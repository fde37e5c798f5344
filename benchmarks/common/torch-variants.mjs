/** The modes of PyTorch that the benchmarks compare with, as in torch_variants.py. */
export const MODES = ["eager", "channels_last", "compile", "channels_last + compile"];

/** The implementations of its optimizers. A variant is named by its mode and implementation. */
export const IMPLEMENTATIONS = ["default", "foreach", "fused"];

/** The variant that a program gets without options. */
export const DEFAULT = "eager, default";
