import type { Tensor } from "../core/tensor.ts";
import type { OnnxBuilder } from "../onnx/builder.ts";
import type { ChooseVariant } from "../tuning/tuning-key.ts";
import type { Parities } from "./input-gradient.ts";
import { BlockedBuilder, toBlocked, toPlain } from "./layout.ts";
import type { Linear } from "./linear.ts";

/** A value in blocks that is not written yet: what follows it may become a part of it, where it takes such. */
export interface Pending {
  /** Writes it; returns the name of its value. */
  readonly emit: (epilogue: Epilogue) => string;
  /** Whether scales and shifts of its channels can follow; these come before the sum. */
  readonly takesLinear?: boolean;
  /** Whether another tensor can still be added. */
  readonly takesSum?: boolean;
  /** Whether a relu can follow. */
  readonly takesActivation?: boolean;
  /** The mean of each channel, without the value itself. */
  readonly mean?: () => string;
  /** The two tensors that it is the product of. */
  readonly factors?: readonly [string, string];
  /** It is made of tensors of half the size, to which others can be added; `join` makes it of them. */
  readonly parities?: { readonly of: (sums?: Parities) => Parities; readonly join: (parts: Parities) => string };
}

/** What a value goes through before it is stored, in this order. */
export interface Epilogue {
  readonly linear?: Linear;
  readonly sum?: string;
  readonly activation?: "Relu";
}

/** A value in blocks, times a number for each channel. */
export interface Scaled {
  readonly value: string;
  readonly scale: string;
}

/** What became of a tensor: the name of its value in one of the layouts, or a value to come. */
export type LoweredValue =
  | { readonly plain: string }
  | { readonly blocked: string }
  | { readonly scaled: Scaled }
  /** `shared` has several users, which all know that it is not written. */
  | { readonly pending: Pending; readonly shared?: boolean };

/** Which tensors take each tensor; null for an output. */
export type Users = ReadonlyMap<Tensor, readonly (Tensor | null)[]>;

/** The values of the tensors lowered so far, in the layouts that they are in. */
export class LoweredTensors {
  readonly b: BlockedBuilder;
  readonly choose: ChooseVariant;
  readonly #users: Users;
  readonly #plain = new Map<Tensor, string>();
  readonly #blocked = new Map<Tensor, string>();
  readonly #scaled = new Map<Tensor, Scaled>();
  readonly #pending = new Map<Tensor, Pending>();

  constructor(builder: OnnxBuilder, users: Users, choose: ChooseVariant) {
    this.b = new BlockedBuilder(builder);
    this.choose = choose;
    this.#users = users;
  }

  /** Whether any tensor has been in blocks. */
  get usesBlocks(): boolean {
    return this.#blocked.size > 0;
  }

  users(tensor: Tensor): readonly (Tensor | null)[] {
    return this.#users.get(tensor) ?? [];
  }

  set(tensor: Tensor, value: LoweredValue): void {
    if ("plain" in value) this.#plain.set(tensor, value.plain);
    else if ("blocked" in value) this.#blocked.set(tensor, value.blocked);
    else if ("scaled" in value) this.#scaled.set(tensor, value.scaled);
    else if (value.shared || this.users(tensor).length === 1) this.#pending.set(tensor, value.pending);
    else this.#blocked.set(tensor, value.pending.emit({}));
  }

  /** Makes one tensor what another is. */
  copy(tensor: Tensor, from: Tensor): void {
    const [plain, blocked] = [this.#plain.get(from), this.#blocked.get(from)];
    const [pending, scaled] = [this.pending(from), this.scaled(from)];
    if (pending) this.set(tensor, { pending });
    if (scaled) this.set(tensor, { scaled });
    if (blocked !== undefined) this.set(tensor, { blocked });
    if (plain !== undefined) this.set(tensor, { plain });
  }

  /** Whether a tensor is there in blocks, or will be. */
  isBlocked(tensor: Tensor): boolean {
    return this.#blocked.has(tensor) || this.#pending.has(tensor) || this.#scaled.has(tensor);
  }

  /** The value to come of a tensor, for its user to write. */
  pending(tensor: Tensor): Pending | undefined {
    return this.#blocked.has(tensor) ? undefined : this.#pending.get(tensor);
  }

  /** The value of a tensor and what it is yet to be multiplied with. */
  scaled(tensor: Tensor): Scaled | undefined {
    return this.#blocked.has(tensor) ? undefined : this.#scaled.get(tensor);
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
