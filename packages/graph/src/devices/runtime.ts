import type { DType } from "../core/values.ts";

/**
 * The members of ONNX Runtime's API that devices use, which all builds share. Its own declarations require the DOM
 * library, and whoever type-checks this package would need it too.
 */
export interface Runtime {
  readonly InferenceSession: {
    create(model: Uint8Array, options: RuntimeOptions): Promise<RuntimeSession>;
  };
  /** `data` has the array type of `dtype`, which the caller checks. */
  readonly Tensor: new (
    dtype: DType,
    data: never,
    shape: readonly number[],
  ) => RuntimeTensor;
  readonly env: {
    /** Versions of ONNX Runtime's packages, of which only the build for Node states `node`. */
    readonly versions: { readonly node?: string };
    readonly wasm: { numThreads?: number; initTimeout?: number };
  };
}

/** Tensor of ONNX Runtime in main memory or in that of a GPU. */
export interface RuntimeTensor {
  /** Elements; a getter that throws unless the tensor is in main memory. */
  readonly data: unknown;
  readonly location: string;
  dispose(): void;
}

/** Model that ONNX Runtime has loaded. */
export interface RuntimeSession {
  /** @param outputs tensors that receive the outputs; null lets ONNX Runtime allocate one */
  run(
    inputs: Readonly<Record<string, RuntimeTensor>>,
    outputs?: Readonly<Record<string, RuntimeTensor | null>>,
  ): Promise<Readonly<Record<string, RuntimeTensor>>>;
  release(): Promise<void>;
}

/** Options of a session, with the names and values of ONNX Runtime. */
export interface RuntimeOptions {
  readonly executionProviders: readonly string[];
  readonly graphOptimizationLevel?: "disabled" | "all";
  readonly intraOpNumThreads?: number;
  readonly interOpNumThreads?: number;
  readonly executionMode?: "sequential";
  readonly enableMemPattern?: boolean;
  readonly logSeverityLevel?: 3 | 4;
  readonly preferredOutputLocation?: "gpu-buffer";
  readonly extra?: Record<string, unknown>;
}
