/** WebAssembly's binary encoding, as far as the kernels need it. */

export const I32 = 0x7f;
export const F64 = 0x7c;
export const V128 = 0x7b;
type ValueType = typeof I32 | typeof F64 | typeof V128;

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

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 128 : low);
  } while (rest > 0);
  return bytes;
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    const isLast = (rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0);
    bytes.push(isLast ? low : low | 128);
    if (isLast) return bytes;
  }
}

/** The body of one function: parameters are the first locals. */
export class FunctionBody {
  readonly #code: number[] = [];
  readonly #locals: ValueType[] = [];

  constructor(readonly parameters: number) {}

  local(type: ValueType): number {
    this.#locals.push(type);
    return this.parameters + this.#locals.length - 1;
  }

  get(local: number): this {
    return this.#emit(0x20, ...unsigned(local));
  }

  set(local: number): this {
    return this.#emit(0x21, ...unsigned(local));
  }

  tee(local: number): this {
    return this.#emit(0x22, ...unsigned(local));
  }

  op(...names: Instruction[]): this {
    for (const name of names) {
      if (name in PLAIN) this.#emit(PLAIN[name as keyof typeof PLAIN]);
      else this.#emit(0xfd, ...unsigned(SIMD[name as keyof typeof SIMD]));
    }
    return this;
  }

  memory(name: MemoryInstruction, offset = 0): this {
    const [opcode, align] = MEMORY[name];
    return this.#emit(...(typeof opcode === "number" ? [opcode] : opcode), align, ...unsigned(offset));
  }

  /** Stores the first of four lanes. */
  storeFirstLane(offset = 0): this {
    return this.#emit(0xfd, 0x5a, 2, ...unsigned(offset), 0);
  }

  i32(value: number): this {
    return this.#emit(0x41, ...signed(value | 0));
  }

  f64(value: number): this {
    return this.#emit(0x44, ...new Uint8Array(new Float64Array([value]).buffer));
  }

  /** A vector constant: four float32, two float64 or four 32-bit integers, as the array says. */
  vector(lanes: Float32Array | Float64Array | Int32Array | BigInt64Array): this {
    return this.#emit(0xfd, 0x0c, ...new Uint8Array(lanes.buffer, lanes.byteOffset, 16));
  }

  /** Picks 16 bytes out of the 32 of two vectors. */
  shuffle(...bytes: number[]): this {
    return this.#emit(0xfd, 0x0d, ...bytes);
  }

  extractF64(lane: 0 | 1): this {
    return this.#emit(0xfd, 0x21, lane);
  }

  /** Runs `body` while the condition that `test` leaves on the stack holds. */
  while(test: () => void, body: () => void): this {
    this.#emit(0x02, 0x40, 0x03, 0x40);
    test();
    this.#emit(0x45, 0x0d, 1);
    body();
    return this.#emit(0x0c, 0, 0x0b, 0x0b);
  }

  /** Runs `body` if the number on the stack is not zero. */
  if(body: () => void): this {
    this.#emit(0x04, 0x40);
    body();
    return this.op("end");
  }

  #emit(...bytes: number[]): this {
    for (const byte of bytes) this.#code.push(byte);
    return this;
  }

  /** The function as it stands in the code section. */
  encode(): number[] {
    const locals = this.#locals.flatMap((type) => [1, type]);
    const body = [...unsigned(this.#locals.length), ...locals, ...this.#code, 0x0b];
    return [...unsigned(body.length), ...body];
  }
}

/** A module of functions (i32, i32, i32) -> i32 over one imported memory `env.memory`; exports `f0`, `f1`, ... */
export function encodeModule(functions: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> {
  const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content];
  const name = (text: string): number[] => [...unsigned(text.length), ...[...text].map((c) => c.charCodeAt(0))];
  const count = unsigned(functions.length);
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, I32, I32, I32, 1, I32]),
    ...section(2, [1, ...name("env"), ...name("memory"), 2, 0, 1]),
    ...section(3, [...count, ...functions.map(() => 0)]),
    ...section(7, [...count, ...functions.flatMap((_, i) => [...name(`f${i}`), 0, ...unsigned(i)])]),
    ...section(10, [...count, ...functions.flat()]),
  ]);
}
