import { FunctionBody, I32 } from "./assembler.ts";

export const I32_STORE = 0x36;

/** Words of a matrix kernel's frame. */
export interface MatrixFrame {
  readonly a: number;
  /** Not used by a transposition. */
  readonly b: number;
  readonly out: number;
  readonly batches: number;
  readonly rows: number;
  /** Number of columns of a and rows of b. */
  readonly depth: number;
  readonly columns: number;
  /** Address of the packed panels; not used by a transposition. */
  readonly scratch: number;
}

export const matrixFrame = ({ a, b, out, batches, rows, depth, columns, scratch }: MatrixFrame): number[] => [
  a,
  b,
  out,
  batches,
  rows,
  depth,
  columns,
  scratch,
];

/** Loads the words of the frame into locals. */
export function frameLocals(f: FunctionBody): MatrixFrame {
  const load = (word: number): number => {
    const local = f.local(I32);
    f.get(0)
      .memory("i32.load", 4 * word)
      .set(local);
    return local;
  };
  const [a, b, out, batches, rows, depth, columns, scratch] = Array.from({ length: 8 }, (_, word) => load(word)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { a, b, out, batches, rows, depth, columns, scratch };
}

/** Loops `index` from its current value in steps of `by` while a whole step fits. */
export function turns(f: FunctionBody, index: number, by: number, limit: number, body: () => void): void {
  f.while(
    () => f.get(index).i32(by).op("i32.add").get(limit).op("i32.le_u"),
    () => {
      body();
      f.get(index).i32(by).op("i32.add").set(index);
    },
  );
}

/** Adds a product of locals, in float32 elements, to a pointer. */
export function advance(f: FunctionBody, pointer: number, ...factors: number[]): void {
  f.get(pointer).i32(4);
  for (const factor of factors) f.get(factor).op("i32.mul");
  f.op("i32.add").set(pointer);
}

/** Pushes the address of an element: a base plus four times `major * stride + minor`. */
export function element(f: FunctionBody, base: number, major: number, stride: number, minor: number): FunctionBody {
  return f.get(major).get(stride).op("i32.mul").get(minor).op("i32.add").i32(2).op("i32.shl").get(base).op("i32.add");
}

/** Emits out = a transposed; `depth` is not used. */
export function emitTranspose(): FunctionBody {
  const f = new FunctionBody();
  const { a, out, batches, rows, columns } = frameLocals(f);
  const [batch, i, j, source, target] = [0, 0, 0, 0, 0].map(() => f.local(I32)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  f.get(a).set(source);
  f.i32(0).set(batch);
  turns(f, batch, 1, batches, () => {
    f.i32(0).set(i);
    turns(f, i, 1, rows, () => {
      f.get(i).i32(2).op("i32.shl").get(out).op("i32.add").set(target);
      f.i32(0).set(j);
      turns(f, j, 1, columns, () => {
        f.get(target).get(source).memory("i32.load").memory(I32_STORE);
        f.get(source).i32(4).op("i32.add").set(source);
        advance(f, target, rows);
      });
    });
    advance(f, out, rows, columns);
  });
  return f.i32(1);
}
