import type { OnnxBuilder } from "../onnx/builder.ts";
import type { Tensor } from "../tensor.ts";
import type { Epilogue } from "./convolution.ts";
import { BlockedBuilder, toBlocked, toPlain } from "./layout.ts";

/** A convolution that is not written yet: what follows it may become a part of it. */
export interface Pending {
  /** Writes it; returns the name of its value in blocks. */
  readonly emit: (epilogue: Epilogue) => string;
  /** Whether another tensor can still be added. */
  readonly takesSum: boolean;
}

/** What became of a tensor: the name of its value in one of the layouts, or a convolution to come. */
export type Lowered = { readonly plain: string } | { readonly blocked: string } | { readonly pending: Pending };

/** The values of the tensors lowered so far, in the layouts that they are in. */
export class Stage {
  readonly b: BlockedBuilder;
  readonly #uses: ReadonlyMap<Tensor, number>;
  readonly #plain = new Map<Tensor, string>();
  readonly #blocked = new Map<Tensor, string>();
  readonly #pending = new Map<Tensor, Pending>();

  /** @param uses how many tensors and outputs take each tensor */
  constructor(builder: OnnxBuilder, uses: ReadonlyMap<Tensor, number>) {
    this.b = new BlockedBuilder(builder);
    this.#uses = uses;
  }

  /** Whether any tensor has been in blocks. */
  get usesBlocks(): boolean {
    return this.#blocked.size > 0;
  }

  set(tensor: Tensor, value: Lowered): void {
    if ("plain" in value) this.#plain.set(tensor, value.plain);
    else if ("blocked" in value) this.#blocked.set(tensor, value.blocked);
    else if (this.#uses.get(tensor) === 1) this.#pending.set(tensor, value.pending);
    else this.#blocked.set(tensor, value.pending.emit({}));
  }

  /** Makes one tensor what another is. */
  copy(tensor: Tensor, from: Tensor): void {
    const [plain, blocked, pending] = [this.#plain.get(from), this.#blocked.get(from), this.pending(from)];
    if (pending) this.set(tensor, { pending });
    if (blocked !== undefined) this.set(tensor, { blocked });
    if (plain !== undefined) this.set(tensor, { plain });
  }

  /** Whether a tensor is there in blocks, or will be. */
  isBlocked(tensor: Tensor): boolean {
    return this.#blocked.has(tensor) || this.#pending.has(tensor);
  }

  /** The convolution to come of a tensor, for its one user to write. */
  pending(tensor: Tensor): Pending | undefined {
    return this.#pending.get(tensor);
  }

  /** A tensor's value, reordered where it was only there in blocks. */
  plain(tensor: Tensor): string {
    const known = this.#plain.get(tensor);
    if (known !== undefined) return known;
    const value = toPlain(this.b.onnx, this.blocked(tensor), tensor.shape);
    this.#plain.set(tensor, value);
    return value;
  }

  /** A tensor's value in blocks, reordered where it was not. */
  blocked(tensor: Tensor): string {
    const known = this.#blocked.get(tensor);
    if (known !== undefined) return known;
    const pending = this.#pending.get(tensor);
    const value = pending ? pending.emit({}) : toBlocked(this.b.onnx, this.#plain.get(tensor) as string);
    this.#blocked.set(tensor, value);
    return value;
  }
}
