/** A class or function that a pickle names. */
export class Named {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}

/** Meaning of what a pickle names. Nothing in the pickle is executed. */
export interface Meanings {
  /** Returns the result of a call, from its arguments. Throws for a name that is not allowed. */
  call(path: string, given: readonly unknown[]): unknown;
  /** Returns the object that a persistent identifier stands for. */
  persistent(id: unknown): unknown;
}

/** Instruction that creates an object of a class from arguments. */
const NEW_OBJECT = 0x81;

/** Marks a place on the stack. */
const MARK = Symbol("mark");

/** Reads values from a pickle of protocols 2 to 4: dictionaries as maps, lists and tuples as arrays. */
export class PickleReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #meanings: Meanings;
  #at: number;

  /** @param at position of the first pickle */
  constructor(bytes: Uint8Array, meanings: Meanings, at = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#meanings = meanings;
    this.#at = at;
  }

  /** Position after the last pickle. */
  get position(): number {
    return this.#at;
  }

  /**
   * Reads the next pickle.
   * @throws RangeError at the end of the bytes; SyntaxError for an instruction that no file of tensors has
   */
  next(): unknown {
    const stack: unknown[] = [];
    const memo = new Map<number, unknown>();
    const sinceMark = (): unknown[] => stack.splice(stack.lastIndexOf(MARK)).slice(1);
    const put = (value: unknown): void => {
      stack.push(value);
    };
    const pairs = (flat: readonly unknown[]): void => {
      const target = stack.at(-1);
      if (!(target instanceof Map)) throw new SyntaxError("it sets an item of something other than a dictionary");
      for (let i = 0; i < flat.length; i += 2) target.set(flat[i], flat[i + 1]);
    };
    const append = (items: readonly unknown[]): void => {
      const target = stack.at(-1);
      if (!Array.isArray(target)) throw new SyntaxError("it appends to something other than a list");
      target.push(...items);
    };
    const tuple = (size: number): void => put(stack.splice(stack.length - size));
    for (;;) {
      const code = this.#byte();
      const letter = String.fromCharCode(code);
      if (letter === ".") return stack.pop();
      if (code === 0x80) this.#byte();
      else if (code === 0x95) this.#skip(8);
      else if (letter === "(") put(MARK);
      else if (letter === "}") put(new Map());
      else if (letter === "]") put([]);
      else if (letter === ")") put([]);
      else if (letter === "t") put(sinceMark());
      else if (code >= 0x85 && code <= 0x87) tuple(code - 0x84);
      else if (letter === "N") put(null);
      else if (code === 0x88 || code === 0x89) put(code === 0x88);
      else if (letter === "K") put(this.#byte());
      else if (letter === "M") put(this.#unsigned(2));
      else if (letter === "J") put(this.#view.getInt32(this.#skip(4), true));
      else if (code === 0x8a) put(this.#long(this.#byte()));
      else if (letter === "G") put(this.#view.getFloat64(this.#skip(8)));
      else if (letter === "X") put(this.#text(this.#unsigned(4)));
      else if (code === 0x8c || letter === "U") put(this.#text(this.#byte()));
      else if (letter === "c") put(new Named(`${this.#line()}.${this.#line()}`));
      else if (code === 0x93) {
        const [module, name] = stack.splice(-2);
        put(new Named(`${module}.${name}`));
      } else if (letter === "q") memo.set(this.#byte(), stack.at(-1));
      else if (letter === "r") memo.set(this.#unsigned(4), stack.at(-1));
      else if (code === 0x94) memo.set(memo.size, stack.at(-1));
      else if (letter === "h") put(memo.get(this.#byte()));
      else if (letter === "j") put(memo.get(this.#unsigned(4)));
      else if (letter === "s") pairs(stack.splice(-2));
      else if (letter === "u") pairs(sinceMark());
      else if (letter === "a") append([stack.pop()]);
      else if (letter === "e") append(sinceMark());
      else if (letter === "Q") put(this.#meanings.persistent(stack.pop()));
      else if (letter === "R" || code === NEW_OBJECT) {
        const [called, given] = stack.splice(-2);
        if (!(called instanceof Named) || !Array.isArray(given)) throw new SyntaxError("it calls something unnamed");
        put(this.#meanings.call(called.path, given));
      } else if (letter === "b") {
        // Attributes of an object, such as the versions of the modules of a state dictionary.
        stack.pop();
      } else throw new SyntaxError(`it has the instruction 0x${code.toString(16)}`);
    }
  }

  /** Advances by a number of bytes and returns the position before. */
  #skip(count: number): number {
    const at = this.#at;
    if (at + count > this.#bytes.length) throw new RangeError("it ends early");
    this.#at += count;
    return at;
  }

  #byte(): number {
    return this.#bytes[this.#skip(1)] as number;
  }

  #unsigned(bytes: 2 | 4): number {
    const at = this.#skip(bytes);
    return bytes === 2 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true);
  }

  /** Reads an integer of any length, little-endian in two's complement; a large one loses precision. */
  #long(length: number): number {
    const at = this.#skip(length);
    let value = 0;
    for (let i = length - 1; i >= 0; i--) value = value * 256 + (this.#bytes[at + i] as number);
    const isNegative = length > 0 && (this.#bytes[at + length - 1] as number) >= 0x80;
    return isNegative ? value - 256 ** length : value;
  }

  #text(length: number): string {
    const at = this.#skip(length);
    return Buffer.from(this.#bytes.subarray(at, at + length)).toString("utf8");
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end === -1) throw new RangeError("it ends early");
    const text = this.#text(end - this.#at);
    this.#skip(1);
    return text;
  }
}
