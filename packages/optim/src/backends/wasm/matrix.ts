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
  /** Address of {@link SCRATCH_BYTES} bytes; not used by a transposition. */
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
function frameLocals(f: FunctionBody): MatrixFrame {
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

/** Pushes the address of an element: a base plus four times `major * stride + minor`. */
function element(f: FunctionBody, base: number, major: number, stride: number, minor: number): FunctionBody {
  return f.get(major).get(stride).op("i32.mul").get(minor).op("i32.add").i32(2).op("i32.shl").get(base).op("i32.add");
}

/** Operands of a product: each may be stored transposed, and the result may be known to be symmetric. */
export interface ProductForm {
  readonly leftTransposed: boolean;
  readonly rightTransposed: boolean;
  readonly symmetric: boolean;
}

/** Columns of a tile, two vectors. */
const WIDTH = 8;
/** Rows of a tile. */
const HEIGHT = 4;
/** Rows of b in a panel of 8 columns. */
const PANEL = 256;
/** Panels that are packed together, and stay in the cache while all rows of a pass. */
const PANELS = 4;
const PANEL_BYTES = 4 * WIDTH * PANEL;
/** Bytes of the panels, and of a tile of columns beyond the last. */
export const SCRATCH_BYTES = PANELS * PANEL_BYTES + 4 * WIDTH * HEIGHT;

/**
 * Emits out = a b. Panels of b, 8 columns by at most 256 rows, are packed to be contiguous; tiles of four rows by eight
 * columns stay in registers along k. Each entry is summed along k in order, whatever its position in the tile, so that a
 * symmetric result has the same bits on both sides of its diagonal: one side is computed, and the other one copied.
 */
export function emitProduct(form: ProductForm): FunctionBody {
  return new ProductEmitter(form).emit();
}

class ProductEmitter {
  readonly #f = new FunctionBody();
  readonly #frame = frameLocals(this.#f);
  readonly #batch = this.#local();
  /** First row of the panel, the number of its rows, and the end of the rows that are a multiple of four. */
  readonly #from = this.#local();
  readonly #count = this.#local();
  readonly #fours = this.#local();
  readonly #i = this.#local();
  /** First column of the packed panels, and the end of those that a row of tiles needs. */
  readonly #block = this.#local();
  readonly #end = this.#local();
  /** First column of a panel, and the number of its columns. */
  readonly #j = this.#local();
  readonly #width = this.#local();
  /** Address of the panel. */
  readonly #start = this.#local();
  readonly #k = this.#local();
  readonly #c = this.#local();
  readonly #r = this.#local();
  readonly #source = this.#local();
  readonly #target = this.#local();
  readonly #stride = this.#local();
  readonly #panel = this.#local();
  readonly #rows = Array.from({ length: HEIGHT }, () => this.#local());
  readonly #left = this.#f.local(V128);
  readonly #vectors = Array.from({ length: 8 }, () => this.#f.local(V128));
  readonly #sums = Array.from({ length: HEIGHT }, () => [this.#f.local(V128), this.#f.local(V128)] as const);

  constructor(private readonly form: ProductForm) {}

  #local(): number {
    return this.#f.local(I32);
  }

  emit(): FunctionBody {
    const { batches, rows, depth, columns, a, b, out } = this.#frame;
    const f = this.#f;
    f.i32(0).set(this.#batch);
    turns(f, this.#batch, 1, batches, () => {
      f.i32(0).set(this.#from);
      f.while(
        () => f.get(this.#from).get(depth).op("i32.lt_u"),
        () => {
          this.#atMost(this.#count, PANEL, depth, this.#from);
          f.get(this.#count).i32(-4).op("i32.and").set(this.#fours);
          f.i32(0).set(this.#block);
          f.while(
            () => f.get(this.#block).get(columns).op("i32.lt_u"),
            () => {
              this.#packBlock();
              if (this.form.symmetric) f.get(this.#block).set(this.#i);
              else f.i32(0).set(this.#i);
              turns(f, this.#i, HEIGHT, rows, () => this.#rowOfTiles(HEIGHT));
              turns(f, this.#i, 1, rows, () => this.#rowOfTiles(1));
              f.get(this.#block)
                .i32(WIDTH * PANELS)
                .op("i32.add")
                .set(this.#block);
            },
          );
          f.get(this.#from).i32(PANEL).op("i32.add").set(this.#from);
        },
      );
      if (this.form.symmetric) this.#mirror();
      advance(f, a, rows, depth);
      advance(f, b, depth, columns);
      advance(f, out, rows, columns);
    });
    return f.i32(1);
  }

  /** Sets a local to `limit - from`, but at most to `most`. */
  #atMost(local: number, most: number, limit: number, from: number): void {
    const f = this.#f;
    f.get(limit).get(from).op("i32.sub").set(local);
    f.i32(most)
      .get(local)
      .op("i32.lt_u")
      .if(() => f.i32(most).set(local));
  }

  /** Copies the next panels of b to the scratch memory. */
  #packBlock(): void {
    const f = this.#f;
    const { b, columns } = this.#frame;
    this.#atMost(this.#width, WIDTH * PANELS, columns, this.#block);
    f.get(this.#block).get(this.#width).op("i32.add").set(this.#end);
    if (this.form.rightTransposed) {
      this.#eachPanel(() => this.#pack());
      return;
    }
    f.get(this.#width)
      .i32(WIDTH * PANELS)
      .op("i32.eq")
      .set(this.#r);
    f.get(this.#r).if(() => {
      // All panels at once, because rows of b may be far apart in memory.
      f.get(this.#frame.scratch).set(this.#panel);
      element(f, b, this.#from, columns, this.#block).set(this.#source);
      f.i32(0).set(this.#k);
      turns(f, this.#k, 1, this.#count, () => {
        for (let vector = 0; vector < 2 * PANELS; vector++) {
          const offset = Math.floor(vector / 2) * PANEL_BYTES + (vector % 2) * 16;
          f.get(this.#panel)
            .get(this.#source)
            .memory("v128.load", 16 * vector)
            .memory("v128.store", offset);
        }
        f.get(this.#panel).i32(32).op("i32.add").set(this.#panel);
        advance(f, this.#source, columns);
      });
    });
    f.get(this.#r)
      .i32(0)
      .op("i32.eq")
      .if(() => this.#eachPanel(() => this.#pack()));
  }

  /** Visits the panels of the block up to `end`. */
  #eachPanel(visit: () => void): void {
    const f = this.#f;
    f.get(this.#block).set(this.#j);
    f.get(this.#frame.scratch).set(this.#start);
    f.while(
      () => f.get(this.#j).get(this.#end).op("i32.lt_u"),
      () => {
        this.#atMost(this.#width, WIDTH, this.#frame.columns, this.#j);
        visit();
        f.get(this.#j).i32(WIDTH).op("i32.add").set(this.#j);
        f.get(this.#start).i32(PANEL_BYTES).op("i32.add").set(this.#start);
      },
    );
  }

  /** Adds the part of the packed panels to some rows; below the diagonal only, if the result is symmetric. */
  #rowOfTiles(height: number): void {
    const f = this.#f;
    const { columns } = this.#frame;
    this.#atMost(this.#end, WIDTH * PANELS, columns, this.#block);
    f.get(this.#block).get(this.#end).op("i32.add").set(this.#end);
    if (this.form.symmetric) {
      f.get(this.#i).i32(height).op("i32.add").set(this.#r);
      f.get(this.#r)
        .get(this.#end)
        .op("i32.lt_u")
        .if(() => f.get(this.#r).set(this.#end));
    }
    this.#eachPanel(() => this.#tile(height));
  }

  /** Copies a panel of b to the scratch memory, row by row. */
  #pack(): void {
    const f = this.#f;
    const { b, depth, columns } = this.#frame;
    f.get(this.#start).set(this.#panel);
    f.i32(0).set(this.#k);
    if (this.form.rightTransposed) {
      this.#ifWhole(() => turns(f, this.#k, 4, this.#count, () => this.#packTransposed()));
      turns(f, this.#k, 1, this.#count, () => {
        f.i32(0).set(this.#c);
        turns(f, this.#c, 1, this.#width, () => {
          f.get(this.#panel).get(this.#c).i32(2).op("i32.shl", "i32.add");
          f.get(this.#j).get(this.#c).op("i32.add").get(depth).op("i32.mul");
          f.get(this.#from).get(this.#k).op("i32.add", "i32.add").i32(2).op("i32.shl").get(b).op("i32.add");
          f.memory("i32.load").memory(I32_STORE);
        });
        f.get(this.#panel).i32(32).op("i32.add").set(this.#panel);
      });
      return;
    }
    element(f, b, this.#from, columns, this.#j).set(this.#source);
    this.#ifWhole(() =>
      turns(f, this.#k, 1, this.#count, () => {
        for (const offset of [0, 16])
          f.get(this.#panel).get(this.#source).memory("v128.load", offset).memory("v128.store", offset);
        f.get(this.#panel).i32(32).op("i32.add").set(this.#panel);
        advance(f, this.#source, columns);
      }),
    );
    turns(f, this.#k, 1, this.#count, () => {
      f.i32(0).set(this.#c);
      turns(f, this.#c, 1, this.#width, () => {
        for (const pointer of [this.#panel, this.#source]) f.get(pointer).get(this.#c).i32(2).op("i32.shl", "i32.add");
        f.memory("i32.load").memory(I32_STORE);
      });
      f.get(this.#panel).i32(32).op("i32.add").set(this.#panel);
      advance(f, this.#source, columns);
    });
  }

  /** Runs `body` if the panel has all of its columns. */
  #ifWhole(body: () => void): void {
    this.#f.get(this.#width).i32(WIDTH).op("i32.eq").if(body);
  }

  /** Transposes four elements of eight rows of b into four rows of the panel. */
  #packTransposed(): void {
    const f = this.#f;
    const { b, depth } = this.#frame;
    const [x, y, z, u, ...mixed] = this.#vectors as [number, number, number, number, ...number[]];
    f.get(this.#from).get(this.#k).op("i32.add").set(this.#r);
    element(f, b, this.#j, depth, this.#r).set(this.#source);
    for (const half of [0, 16]) {
      for (const vector of [x, y, z, u]) {
        f.get(this.#source).memory("v128.load").set(vector);
        advance(f, this.#source, depth);
      }
      for (const [m, [first, second, lanes]] of (
        [
          [x, y, 0],
          [z, u, 0],
          [x, y, 2],
          [z, u, 2],
        ] as const
      ).entries()) {
        f.get(first)
          .get(second)
          .shuffle(...lanesOf(lanes, lanes + 4, lanes + 1, lanes + 5))
          .set(mixed[m] as number);
      }
      for (const [row, [first, second, lanes]] of (
        [
          [0, 1, 0],
          [0, 1, 2],
          [2, 3, 0],
          [2, 3, 2],
        ] as const
      ).entries()) {
        f.get(this.#panel)
          .get(mixed[first] as number)
          .get(mixed[second] as number);
        f.shuffle(...lanesOf(lanes, lanes + 1, lanes + 4, lanes + 5)).memory("v128.store", 32 * row + half);
      }
    }
    f.get(this.#panel).i32(128).op("i32.add").set(this.#panel);
  }

  /** Adds the panel's part to a tile of `height` rows. */
  #tile(height: number): void {
    const f = this.#f;
    const { out, columns, scratch } = this.#frame;
    element(f, out, this.#i, columns, this.#j).set(this.#target);
    f.get(columns).i32(2).op("i32.shl").set(this.#stride);
    const isPartial = (): FunctionBody => f.get(this.#width).i32(WIDTH).op("i32.lt_u");
    isPartial().if(() => {
      f.get(scratch)
        .i32(PANELS * PANEL_BYTES)
        .op("i32.add")
        .set(this.#target);
      f.i32(4 * WIDTH).set(this.#stride);
      f.get(this.#from).if(() => this.#copyTile(height, false));
    });
    const sums = this.#sums.slice(0, height);
    for (const sum of sums.flat()) f.vector(new Float32Array(4)).set(sum);
    f.get(this.#from).if(() =>
      this.#eachRow(sums, (sum, offset) => f.get(this.#source).memory("v128.load", offset).set(sum)),
    );
    f.get(this.#start).set(this.#panel);
    this.#startRows(height);
    f.i32(0).set(this.#k);
    turns(f, this.#k, 1, this.#count, () => this.#steps(sums, 1));
    this.#eachRow(sums, (sum, offset) => f.get(this.#source).get(sum).memory("v128.store", offset));
    isPartial().if(() => this.#copyTile(height, true));
  }

  /** Visits the vectors of a tile in memory: `source` points to the row. */
  #eachRow(sums: readonly (readonly [number, number])[], visit: (sum: number, offset: number) => void): void {
    const f = this.#f;
    f.get(this.#target).set(this.#source);
    for (const [low, high] of sums) {
      visit(low, 0);
      visit(high, 16);
      f.get(this.#source).get(this.#stride).op("i32.add").set(this.#source);
    }
  }

  /** Points to the elements of a that the first row of the panel meets. */
  #startRows(height: number): void {
    const f = this.#f;
    const { a, rows, depth } = this.#frame;
    if (this.form.leftTransposed) {
      element(f, a, this.#from, rows, this.#i).set(this.#rows[0] as number);
      return;
    }
    element(f, a, this.#i, depth, this.#from).set(this.#rows[0] as number);
    for (let r = 1; r < height; r++) {
      f.get(this.#rows[r - 1] as number).set(this.#rows[r] as number);
      advance(f, this.#rows[r] as number, depth);
    }
  }

  /** Emits the products with some rows of the panel. */
  #steps(sums: readonly (readonly [number, number])[], count: number): void {
    const f = this.#f;
    const [first, second] = this.#vectors as [number, number];
    const { leftTransposed } = this.form;
    for (let step = 0; step < count; step++) {
      f.get(this.#panel)
        .memory("v128.load", 32 * step)
        .set(first);
      f.get(this.#panel)
        .memory("v128.load", 32 * step + 16)
        .set(second);
      for (const [r, [low, high]] of sums.entries()) {
        const [row, offset] = leftTransposed ? [0, 4 * r] : [r, 4 * step];
        f.get(this.#rows[row] as number)
          .memory("v128.load32_splat", offset)
          .set(this.#left);
        f.get(low).get(this.#left).get(first).op("f32x4.mul", "f32x4.add").set(low);
        f.get(high).get(this.#left).get(second).op("f32x4.mul", "f32x4.add").set(high);
      }
      if (leftTransposed) advance(f, this.#rows[0] as number, this.#frame.rows);
    }
    f.get(this.#panel)
      .i32(32 * count)
      .op("i32.add")
      .set(this.#panel);
    if (leftTransposed) return;
    for (const row of this.#rows.slice(0, sums.length))
      f.get(row)
        .i32(4 * count)
        .op("i32.add")
        .set(row);
  }

  /** Copies the columns of a partial tile between the scratch memory and the result. */
  #copyTile(height: number, isResult: boolean): void {
    const f = this.#f;
    const { out, columns } = this.#frame;
    for (let r = 0; r < height; r++) {
      f.i32(0).set(this.#c);
      f.get(this.#i).i32(r).op("i32.add").set(this.#r);
      element(f, out, this.#r, columns, this.#j).set(this.#source);
      turns(f, this.#c, 1, this.#width, () => {
        const result = (): FunctionBody => f.get(this.#source).get(this.#c).i32(2).op("i32.shl", "i32.add");
        const scratch = (): FunctionBody =>
          f
            .get(this.#target)
            .i32(4 * WIDTH * r)
            .op("i32.add")
            .get(this.#c)
            .i32(2)
            .op("i32.shl", "i32.add");
        for (const address of isResult ? [result, scratch] : [scratch, result]) address();
        f.memory("i32.load").memory(I32_STORE);
      });
    }
  }

  /** Copies the side below the diagonal to the other one. */
  #mirror(): void {
    const f = this.#f;
    const { out, rows, columns } = this.#frame;
    f.i32(0).set(this.#i);
    turns(f, this.#i, 1, rows, () => {
      f.i32(0).set(this.#j);
      turns(f, this.#j, 1, this.#i, () => {
        element(f, out, this.#j, columns, this.#i);
        element(f, out, this.#i, columns, this.#j).memory("i32.load").memory(I32_STORE);
      });
    });
  }
}

/** Returns the bytes of four lanes out of the eight of two vectors. */
const lanesOf = (...lanes: number[]): number[] => lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte));

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
