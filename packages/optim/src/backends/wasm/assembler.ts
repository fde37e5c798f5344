/** WebAssembly's binary encoding, as far as the kernels need it. */

export const I32 = 0x7f;
export const F64 = 0x7c;
export const V128 = 0x7b;
type ValueType = typeof I32 | typeof F64 | typeof V128;

/** The types of functions in a module, by their index. */
const SIGNATURES = [
  { parameters: [I32, I32, I32], result: I32 },
  { parameters: [V128], result: V128 },
  { parameters: [V128, V128], result: V128 },
] as const;
const KERNEL = 0;

/** Instructions with no immediate, by the name that the specification gives them. */
const PLAIN = {
  "i32.and": 0x71,
  "i32.add": 0x6a,
  "i32.sub": 0x6b,
  "i32.mul": 0x6c,
  "i32.shl": 0x74,
  "i32.le_u": 0x4d,
  "i32.lt_u": 0x49,
  "f64.add": 0xa0,
  "f64.max": 0xa5,
  "f32.demote_f64": 0xb6,
  return: 0x0f,
  end: 0x0b,
} as const;

/** SIMD instructions with no immediate: behind the prefix 0xfd. */
const SIMD = {
  "i32x4.splat": 0x11,
  "f32x4.splat": 0x13,
  "f32x4.eq": 0x41,
  "f32x4.ne": 0x42,
  "f32x4.lt": 0x43,
  "f32x4.gt": 0x44,
  "f32x4.le": 0x45,
  "f64x2.gt": 0x4a,
  "v128.and": 0x4e,
  "v128.or": 0x50,
  "v128.xor": 0x51,
  "v128.bitselect": 0x52,
  "v128.any_true": 0x53,
  "f32x4.demote_f64x2_zero": 0x5e,
  "f64x2.promote_low_f32x4": 0x5f,
  "f32x4.floor": 0x68,
  "f64x2.nearest": 0x94,
  "i32x4.shr_u": 0xad,
  "i32x4.add": 0xae,
  "i32x4.mul": 0xb5,
  "i64x2.shl": 0xcb,
  "i64x2.shr_u": 0xcd,
  "f32x4.abs": 0xe0,
  "f32x4.neg": 0xe1,
  "f32x4.sqrt": 0xe3,
  "f32x4.add": 0xe4,
  "f32x4.sub": 0xe5,
  "f32x4.mul": 0xe6,
  "f32x4.div": 0xe7,
  "f32x4.min": 0xe8,
  "f32x4.max": 0xe9,
  "f64x2.add": 0xf0,
  "f64x2.sub": 0xf1,
  "f64x2.mul": 0xf2,
  "f64x2.div": 0xf3,
  "f64x2.min": 0xf4,
  "f64x2.max": 0xf5,
  "f32x4.convert_i32x4_u": 0xfb,
  "f32x4.relaxed_madd": 0x105,
  "f32x4.relaxed_nmadd": 0x106,
} as const;

export type Instruction = keyof typeof PLAIN | keyof typeof SIMD;

/** Loads and stores: [prefix, opcode, log2 of the natural alignment]. */
const MEMORY = {
  "i32.load": [0x28, 2],
  "i32.store": [0x36, 2],
  "f64.load": [0x2b, 3],
  "f64.store": [0x39, 3],
  "v128.load": [[0xfd, 0x00], 2],
  "v128.store": [[0xfd, 0x0b], 2],
  "v128.load32_splat": [[0xfd, 0x09], 2],
  "v128.load32_zero": [[0xfd, 0x5c], 2],
} as const satisfies Record<string, readonly [number | readonly number[], number]>;

export type MemoryInstruction = keyof typeof MEMORY;

/** Bytes that grow. */
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

  /** The bytes of another, behind their count. */
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

/** The body of one function: parameters are the first locals. */
export class FunctionBody {
  readonly #code = new Bytes();
  readonly #locals: ValueType[] = [];

  /** By default a kernel's parameters: three numbers. */
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

  op(...names: Instruction[]): this {
    for (const name of names) {
      const plain = (PLAIN as Partial<Record<Instruction, number>>)[name];
      if (plain === undefined) this.#code.byte(0xfd).unsigned(SIMD[name as keyof typeof SIMD]);
      else this.#code.byte(plain);
    }
    return this;
  }

  memory(name: MemoryInstruction, offset = 0): this {
    const [opcode, align] = MEMORY[name];
    if (typeof opcode === "number") this.#code.byte(opcode);
    else this.#code.byte(opcode[0]).byte(opcode[1]);
    this.#code.byte(align).unsigned(offset);
    return this;
  }

  /** Stores the first of four lanes. */
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

  /** A vector constant: four float32, two float64 or four 32-bit integers, as the array says. */
  vector(lanes: Float32Array | Float64Array | Int32Array | BigInt64Array): this {
    this.#code.byte(0xfd).byte(0x0c).append(new Uint8Array(lanes.buffer, lanes.byteOffset, 16));
    return this;
  }

  /** Picks 16 bytes out of the 32 of two vectors. */
  shuffle(...bytes: number[]): this {
    this.#code.byte(0xfd).byte(0x0d).append(Uint8Array.from(bytes));
    return this;
  }

  extractF64(lane: 0 | 1): this {
    this.#code.byte(0xfd).byte(0x21).byte(lane);
    return this;
  }

  /** Runs `body` while the condition that `test` leaves on the stack holds. */
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

  /** The function as it stands in the code section, without its length. */
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

  /** The index of a function of one or two vectors, emitted when it is first asked for. */
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

  /** The index of a function of three numbers that returns a number; equal ones are one. */
  kernel(f: FunctionBody): number {
    const body = f.encode();
    for (const index of this.#kernels) if (this.#functions[index]?.body.equals(body)) return index;
    const index = this.#functions.push({ signature: KERNEL, body }) - 1;
    this.#kernels.add(index);
    return index;
  }

  /** The module: it exports the kernel of index i as `f` and i. */
  encode(): Uint8Array<ArrayBuffer> {
    const types = new Bytes().unsigned(SIGNATURES.length);
    for (const { parameters, result } of SIGNATURES) {
      types.byte(0x60).unsigned(parameters.length);
      for (const type of parameters) types.byte(type);
      types.byte(1).byte(result);
    }
    const imports = new Bytes().byte(1).text("env").text("memory").byte(2).byte(0).byte(1);
    const declarations = new Bytes().unsigned(this.#functions.length);
    const code = new Bytes().unsigned(this.#functions.length);
    for (const { signature, body } of this.#functions) {
      declarations.byte(signature);
      code.counted(body);
    }
    const exports = new Bytes().unsigned(this.#kernels.size);
    for (const index of this.#kernels) exports.text(`f${index}`).byte(0).unsigned(index);
    const module = new Bytes().append(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    for (const [id, section] of [[1, types], [2, imports], [3, declarations], [7, exports], [10, code]] as const) {
      module.byte(id).counted(section);
    }
    return module.view();
  }
}
