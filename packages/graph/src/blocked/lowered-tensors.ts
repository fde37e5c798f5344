import type { Tensor } from "../core/tensor.ts";
import type { ChooseVariant } from "../tuning/tuning-key.ts";
import type { Parities } from "./input-gradient.ts";
import { type BlockedBuilder, channelsOf, toBlocked, toPlain } from "./layout.ts";
import type { Linear } from "./linear.ts";

/** A value in blocks without nodes so far. Ops that follow it may be fused into it, as its flags allow. */
export interface Pending {
  /** Adds the nodes, with the fused ops; returns the name of the value. */
  readonly emit: (epilogue: Epilogue) => string;
  /** True if scales and shifts of its channels can be fused. They apply before the sum. */
  readonly takesLinear?: boolean;
  /** True if the addition of another tensor can be fused. */
  readonly takesSum?: boolean;
  /** True if a ReLU can be fused. */
  readonly takesActivation?: boolean | undefined;
  /** Computes the mean of each channel without computing the value itself. */
  readonly mean?: () => string;
  /** Names of the two tensors whose product it is. */
  readonly factors?: readonly [string, string];
  /** Builds it in four parts of half the size, to which other parts can be added. `join` joins the parts. */
  readonly parities?: { readonly build: (sums?: Parities) => Parities; readonly join: (parts: Parities) => string };
}

/** Ops that are fused into a value, in the order of their application. */
export interface Epilogue {
  readonly linear?: Linear | undefined;
  readonly sum?: string | undefined;
  readonly activation?: "Relu" | undefined;
}

/** A value in blocks, to be multiplied by one number per channel. */
export interface Scaled {
  readonly value: string;
  readonly scale: string;
}

/** Lowered form of a tensor: the name of its value in one of the layouts, or a pending value. */
export type LoweredValue =
  | { readonly plain: string }
  | { readonly blocked: string }
  | { readonly scaled: Scaled }
  /** `shared` if the value has several users that all support a pending value. */
  | { readonly pending: Pending; readonly shared?: boolean };

/** Tensors that read each tensor; null stands for an output. */
export type Users = ReadonlyMap<Tensor, readonly (Tensor | null)[]>;

/** Lowered forms of all tensors so far. */
export class LoweredTensors {
  readonly b: BlockedBuilder;
  readonly choose: ChooseVariant;
  readonly #users: Users;
  readonly #plain = new Map<Tensor, string>();
  readonly #blocked = new Map<Tensor, string>();
  readonly #scaled = new Map<Tensor, Scaled>();
  readonly #pending = new Map<Tensor, Pending>();

  constructor(b: BlockedBuilder, users: Users, choose: ChooseVariant) {
    this.b = b;
    this.choose = choose;
    this.#users = users;
  }

  /** True if any tensor is in blocks. */
  get usesBlocks(): boolean {
    return this.#blocked.size > 0;
  }

  /** Returns the tensors that read a tensor; null stands for an output. */
  users(tensor: Tensor): readonly (Tensor | null)[] {
    return this.#users.get(tensor) ?? [];
  }

  /** Records the lowered form of a tensor. */
  set(tensor: Tensor, value: LoweredValue): void {
    if ("plain" in value) this.#plain.set(tensor, value.plain);
    else if ("blocked" in value) this.#blocked.set(tensor, value.blocked);
    else if ("scaled" in value) this.#scaled.set(tensor, value.scaled);
    else if (value.shared || this.users(tensor).length === 1) this.#pending.set(tensor, value.pending);
    else this.#blocked.set(tensor, value.pending.emit({}));
  }

  /** Records the lowered forms of one tensor for another. */
  copy(tensor: Tensor, from: Tensor): void {
    const [plain, blocked] = [this.#plain.get(from), this.#blocked.get(from)];
    const [pending, scaled] = [this.pending(from), this.scaled(from)];
    if (pending) this.set(tensor, { pending });
    if (scaled) this.set(tensor, { scaled });
    if (blocked !== undefined) this.set(tensor, { blocked });
    if (plain !== undefined) this.set(tensor, { plain });
  }

  /** True if a tensor has a form in blocks, pending ones included. */
  isBlocked(tensor: Tensor): boolean {
    return this.#blocked.has(tensor) || this.#pending.has(tensor) || this.#scaled.has(tensor);
  }

  /** Returns the pending value of a tensor, to which its user may fuse an op. */
  pending(tensor: Tensor): Pending | undefined {
    return this.#blocked.has(tensor) ? undefined : this.#pending.get(tensor);
  }

  /** Returns the value of a tensor and the scale it still has to be multiplied by. */
  scaled(tensor: Tensor): Scaled | undefined {
    return this.#blocked.has(tensor) ? undefined : this.#scaled.get(tensor);
  }

  /** Returns the plain value of a tensor, reordered if it exists only in blocks. */
  plain(tensor: Tensor): string {
    const known = this.#plain.get(tensor);
    if (known !== undefined) return known;
    const value = toPlain(this.b.onnx, this.blocked(tensor), channelsOf(tensor.shape));
    this.#plain.set(tensor, value);
    return value;
  }

  /** Returns the value of a tensor in blocks, reordered if it exists only as plain. */
  blocked(tensor: Tensor): string {
    const known = this.#blocked.get(tensor);
    if (known !== undefined) return known;
    const [pending, scaled] = [this.#pending.get(tensor), this.#scaled.get(tensor)];
    const value = pending
      ? pending.emit({})
      : scaled
        ? this.b.scaleChannels(scaled.value, tensor.shape, scaled.scale)
        : toBlocked(this.b.onnx, this.#plain.get(tensor) as string);
    this.#blocked.set(tensor, value);
    return value;
  }
}
