/** The modes of PyTorch that the benchmarks compare with, as in torch_variants.py. */
export const MODES = ["eager", "channels_last", "compile", "channels_last + compile"];

/** The implementations of its optimizers. A variant is named by its mode and implementation. */
export const IMPLEMENTATIONS = ["default", "foreach", "fused"];

/**
 * Environment in which glibc keeps the memory of PyTorch's temporaries. Otherwise it returns large ones to the system in each
 * step, and the system clears their pages again.
 */
export const KEEP_MEMORY = { MALLOC_MMAP_THRESHOLD_: "4294967296", MALLOC_TRIM_THRESHOLD_: "4294967296" };

/** The variant that a program gets without options. */
export const DEFAULT = "eager, default";
