import { FunctionBody, I32, V128 } from "./assembler.ts";

const I32_STORE = 0x36;

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
}

export const matrixFrame = ({ a, b, out, batches, rows, depth, columns }: MatrixFrame): number[] => [
  a,
  b,
  out,
  batches,
  rows,
  depth,
  columns,
];

/** Loads the words of the frame into locals. */
function frameLocals(f: FunctionBody): MatrixFrame {
  const load = (word: number): number => {
    const local = f.local(I32);
    f.get(0)
      .memory("i32.load", 4 * word)
      .set(local);
    return local;
  };
  return { a: load(0), b: load(1), out: load(2), batches: load(3), rows: load(4), depth: load(5), columns: load(6) };
}

/** Loops `index` from its current value in steps of `by` while a whole step fits. */
function turns(f: FunctionBody, index: number, by: number, limit: number, body: () => void): void {
  f.while(
    () => f.get(index).i32(by).op("i32.add").get(limit).op("i32.le_u"),
    () => {
      body();
      f.get(index).i32(by).op("i32.add").set(index);
    },
  );
}

/** Adds a product of locals, in float32 elements, to a pointer. */
function advance(f: FunctionBody, pointer: number, ...factors: number[]): void {
  f.get(pointer).i32(4);
  for (const factor of factors) f.get(factor).op("i32.mul");
  f.op("i32.add").set(pointer);
}

/**
 * Emits out = a b. Tiles of four rows by eight columns stay in registers along k, so that each entry is summed along k
 * in order, whatever its position in the tile.
 */
export function emitProduct(): FunctionBody {
  const f = new FunctionBody();
  const { a, b, out, batches, rows, depth, columns } = frameLocals(f);
  const [batch, i, j, k, left, right] = [0, 0, 0, 0, 0, 0].map(() => f.local(I32)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];

  /** Emits a tile of `height` rows by `vectors` vectors; 0 vectors are one column in the first lane. */
  const tile = (height: number, vectors: number): void => {
    const sums = Array.from({ length: height }, () =>
      Array.from({ length: Math.max(1, vectors) }, () => f.local(V128)),
    );
    for (const sum of sums.flat()) f.vector(new Float32Array(4)).set(sum);
    const entries = Array.from({ length: Math.max(1, vectors) }, () => f.local(V128));
    const pointers = Array.from({ length: height }, () => f.local(I32));
    for (const [r, pointer] of pointers.entries()) {
      f.get(i).i32(r).op("i32.add").get(depth).op("i32.mul").i32(2).op("i32.shl").get(a).op("i32.add").set(pointer);
    }
    f.get(j).i32(2).op("i32.shl").get(b).op("i32.add").set(right);
    f.i32(0).set(k);
    turns(f, k, 1, depth, () => {
      for (const [v, entry] of entries.entries())
        f.get(right)
          .memory(vectors > 0 ? "v128.load" : "v128.load32_zero", 16 * v)
          .set(entry);
      for (const [r, pointer] of pointers.entries()) {
        f.get(pointer).memory("v128.load32_splat").set(left128);
        for (const [v, entry] of entries.entries()) {
          const sum = sums[r]?.[v] as number;
          f.get(sum).get(left128).get(entry).op("f32x4.mul", "f32x4.add").set(sum);
        }
        f.get(pointer).i32(4).op("i32.add").set(pointer);
      }
      advance(f, right, columns);
    });
    for (const [r, row] of sums.entries()) {
      f.get(i)
        .i32(r)
        .op("i32.add")
        .get(columns)
        .op("i32.mul")
        .get(j)
        .op("i32.add")
        .i32(2)
        .op("i32.shl")
        .get(out)
        .op("i32.add")
        .set(left);
      for (const [v, sum] of row.entries()) {
        f.get(left).get(sum);
        if (vectors > 0) f.memory("v128.store", 16 * v);
        else f.storeFirstLane();
      }
    }
  };
  const left128 = f.local(V128);

  const rowsOfTiles = (height: number): void =>
    turns(f, i, height, rows, () => {
      f.i32(0).set(j);
      turns(f, j, 8, columns, () => tile(height, 2));
      turns(f, j, 4, columns, () => tile(height, 1));
      turns(f, j, 1, columns, () => tile(height, 0));
    });

  f.i32(0).set(batch);
  turns(f, batch, 1, batches, () => {
    f.i32(0).set(i);
    rowsOfTiles(4);
    rowsOfTiles(1);
    advance(f, a, rows, depth);
    advance(f, b, depth, columns);
    advance(f, out, rows, columns);
  });
  return f.i32(1);
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
