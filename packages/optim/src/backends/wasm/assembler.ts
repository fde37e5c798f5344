/** Binary encoding of WebAssembly, as far as the kernels need it. */

export const I32 = 0x7f;
export const F64 = 0x7c;
export const V128 = 0x7b;
type ValueType = typeof I32 | typeof F64 | typeof V128;

/** Function types of a module: three numbers to a number, and one or two vectors to a vector. */
const SIGNATURES = [3, 0x60, 3, I32, I32, I32, 1, I32, 0x60, 1, V128, 1, V128, 0x60, 2, V128, V128, 1, V128];
const KERNEL = 0;

/** Offset of the code of a SIMD instruction, which is encoded after the prefix 0xfd. */
export const SIMD_PREFIX = 0x1000;

/** Instructions without an immediate, by the name in the specification. */
const CODES = {
  "i32.add": 0x6a,
  "i32.sub": 0x6b,
  "i32.mul": 0x6c,
  "i32.shl": 0x74,
  "i32.lt_u": 0x49,
  "i32.le_u": 0x4d,
  "i32.load": 0x28,
  return: 0x0f,
  end: 0x0b,
  "v128.load": 0x1000,
  "v128.load32_splat": 0x1009,
  "v128.store": 0x100b,
  "v128.load32_zero": 0x105c,
  "f32x4.eq": 0x1041,
  "f32x4.ne": 0x1042,
  "f32x4.lt": 0x1043,
  "f32x4.gt": 0x1044,
  "f32x4.le": 0x1045,
  "v128.and": 0x104e,
  "v128.or": 0x1050,
  "v128.bitselect": 0x1052,
  "v128.any_true": 0x1053,
  "f32x4.floor": 0x1068,
  "f32x4.abs": 0x10e0,
  "f32x4.neg": 0x10e1,
  "f32x4.sqrt": 0x10e3,
  "f32x4.add": 0x10e4,
  "f32x4.sub": 0x10e5,
  "f32x4.mul": 0x10e6,
  "f32x4.div": 0x10e7,
  "f32x4.min": 0x10e8,
  "f32x4.max": 0x10e9,
  "f32x4.relaxed_madd": 0x1105,
  "f32x4.relaxed_nmadd": 0x1106,
} as const;

export type Instruction = keyof typeof CODES;

/** Byte array that grows. */
class Bytes {
  #bytes = new Uint8Array(256);
  length = 0;

  byte(value: number): this {
    if (this.length === this.#bytes.length) this.#reserve(1);
    this.#bytes[this.length++] = value;
    return this;
  }

  append(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
    return this;
  }

  #reserve(more: number): void {
    if (this.length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.length + more));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }

  unsigned(value: number): this {
    let rest = value;
    while (rest > 127) {
      this.byte((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    return this.byte(rest);
  }

  signed(value: number): this {
    let rest = value;
    for (;;) {
      const low = rest & 127;
      rest >>= 7;
      const isLast = (rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0);
      this.byte(isLast ? low : low | 128);
      if (isLast) return this;
    }
  }

  text(text: string): this {
    return this.unsigned(text.length).append(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  }

  /** Appends the length of another byte array and its bytes. */
  counted(other: Bytes): this {
    return this.unsigned(other.length).append(other.view());
  }

  equals(other: Bytes): boolean {
    if (this.length !== other.length) return false;
    const bytes = other.view();
    return this.view().every((byte, i) => byte === bytes[i]);
  }

  view(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.length);
  }
}

/** Body of one function; its parameters are the first locals. */
export class FunctionBody {
  readonly #code = new Bytes();
  readonly #locals: ValueType[] = [];

  /** Creates a body; by default with a kernel's three parameters. */
  constructor(readonly parameters = 3) {}

  local(type: ValueType): number {
    this.#locals.push(type);
    return this.parameters + this.#locals.length - 1;
  }

  get(local: number): this {
    this.#code.byte(0x20).unsigned(local);
    return this;
  }

  set(local: number): this {
    this.#code.byte(0x21).unsigned(local);
    return this;
  }

  tee(local: number): this {
    this.#code.byte(0x22).unsigned(local);
    return this;
  }

  call(index: number): this {
    this.#code.byte(0x10).unsigned(index);
    return this;
  }

  /** Appends instructions by their name or code. */
  op(...names: (Instruction | number)[]): this {
    for (const name of names) {
      const code = typeof name === "number" ? name : CODES[name];
      if (code >= SIMD_PREFIX) this.#code.byte(0xfd).unsigned(code - SIMD_PREFIX);
      else this.#code.byte(code);
    }
    return this;
  }

  /** Appends a load or store; addresses are aligned to 2^`align` bytes. */
  memory(name: Instruction | number, offset = 0, align = 2): this {
    this.op(name);
    this.#code.byte(align).unsigned(offset);
    return this;
  }

  /** Appends a store of the first of four lanes. */
  storeFirstLane(offset = 0): this {
    this.#code.byte(0xfd).byte(0x5a).byte(2).unsigned(offset).byte(0);
    return this;
  }

  i32(value: number): this {
    this.#code.byte(0x41).signed(value | 0);
    return this;
  }

  f64(value: number): this {
    this.#code.byte(0x44).append(new Uint8Array(new Float64Array([value]).buffer));
    return this;
  }

  /** Appends a vector constant: four float32, two float64 or four 32-bit integers, according to the array. */
  vector(lanes: Float32Array | Float64Array | Int32Array | BigInt64Array): this {
    this.#code
      .byte(0xfd)
      .byte(0x0c)
      .append(new Uint8Array(lanes.buffer, lanes.byteOffset, 16));
    return this;
  }

  /** Appends a selection of 16 bytes out of the 32 of two vectors. */
  shuffle(...bytes: number[]): this {
    this.#code.byte(0xfd).byte(0x0d).append(Uint8Array.from(bytes));
    return this;
  }

  extractF64(lane: 0 | 1): this {
    this.#code.byte(0xfd).byte(0x21).byte(lane);
    return this;
  }

  /** Runs `body` while the condition that `test` pushes holds. */
  while(test: () => void, body: () => void): this {
    this.#code.byte(0x02).byte(0x40).byte(0x03).byte(0x40);
    test();
    this.#code.byte(0x45).byte(0x0d).byte(1);
    body();
    this.#code.byte(0x0c).byte(0).byte(0x0b).byte(0x0b);
    return this;
  }

  /** Runs `body` if the number on the stack is not zero. */
  if(body: () => void): this {
    this.#code.byte(0x04).byte(0x40);
    body();
    return this.op("end");
  }

  /** Returns the function as it appears in the code section, without its length. */
  encode(): Bytes {
    const body = new Bytes().unsigned(this.#locals.length);
    for (const type of this.#locals) body.byte(1).byte(type);
    return body.append(this.#code.view()).byte(0x0b);
  }
}

/** Collects the functions of a module over one imported memory, `env.memory`. */
export class ModuleBuilder {
  readonly #functions: { readonly signature: number; readonly body: Bytes }[] = [];
  readonly #helpers = new Map<string, number>();
  readonly #kernels = new Set<number>();
  readonly #bodies = new Map<string, FunctionBody>();

  /** True if kernels call functions. */
  get hasCalls(): boolean {
    return this.#helpers.size > 0;
  }

  /** Returns the index of a function of one or two vectors; emits it at the first call. */
  helper(name: string, parameters: 1 | 2, emit: (f: FunctionBody) => void): number {
    let index = this.#helpers.get(name);
    if (index === undefined) {
      const f = new FunctionBody(parameters);
      emit(f);
      index = this.#functions.push({ signature: parameters, body: f.encode() }) - 1;
      this.#helpers.set(name, index);
    }
    return index;
  }

  /** Returns the body of a kernel that several passes share; emits it at the first call. */
  once(name: string, emit: () => FunctionBody): FunctionBody {
    const body = this.#bodies.get(name) ?? emit();
    this.#bodies.set(name, body);
    return body;
  }

  /** Returns the index of a kernel; equal bodies share one. */
  kernel(f: FunctionBody): number {
    const body = f.encode();
    for (const index of this.#kernels) if (this.#functions[index]?.body.equals(body)) return index;
    const index = this.#functions.push({ signature: KERNEL, body }) - 1;
    this.#kernels.add(index);
    return index;
  }

  /**
   * Returns the module, which exports the kernel of index i as `f` and i.
   * @param isShared true if the memory is shared
   */
  encode(isShared = false): Uint8Array<ArrayBuffer> {
    const types = new Bytes().append(Uint8Array.from(SIGNATURES));
    // A module states the maximum size of shared memory: the 2^16 pages that 32-bit addresses reach.
    const limits = Uint8Array.from(isShared ? [3, 1, 0x80, 0x80, 0x04] : [0, 1]);
    const imports = new Bytes().byte(1).text("env").text("memory").byte(2).append(limits);
    const declarations = new Bytes().unsigned(this.#functions.length);
    const code = new Bytes().unsigned(this.#functions.length);
    for (const { signature, body } of this.#functions) {
      declarations.byte(signature);
      code.counted(body);
    }
    const exports = new Bytes().unsigned(this.#kernels.size);
    for (const index of this.#kernels) exports.text(`f${index}`).byte(0).unsigned(index);
    const module = new Bytes().append(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    for (const [id, section] of [
      [1, types],
      [2, imports],
      [3, declarations],
      [7, exports],
      [10, code],
    ] as const) {
      module.byte(id).counted(section);
    }
    return module.view();
  }
}
