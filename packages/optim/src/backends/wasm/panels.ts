import { FunctionBody, I32, V128 } from "./assembler.ts";
import { advance, element, frameLocals, I32_STORE, turns } from "./matrix.ts";

/** Operands of a product: each may be stored transposed, and the result may be known to be symmetric. */
export interface ProductForm {
  readonly leftTransposed: boolean;
  readonly rightTransposed: boolean;
  readonly symmetric: boolean;
}

/** Columns of a tile, two vectors. */
export const WIDTH = 8;
/** Rows of a tile. */
export const HEIGHT = 4;
/** Rows of b in a panel of 8 columns. */
export const PANEL = 256;
/** Panels that are packed together, and stay in the cache while all rows of a pass. */
export const PANELS = 4;
export const PANEL_BYTES = 4 * WIDTH * PANEL;
/** Bytes of the panels, and of a tile of columns beyond the last. */
export const SCRATCH_BYTES = PANELS * PANEL_BYTES + 4 * WIDTH * HEIGHT;

/** Emits the packing of panels of b into the scratch memory. */
export class PanelPacker {
  protected readonly f = new FunctionBody();
  protected readonly frame = frameLocals(this.f);
  /** First row of the panels, and the number of their rows. */
  protected readonly from = this.local();
  protected readonly count = this.local();
  /** First column of the packed panels, and the end of those that a row of tiles needs. */
  protected readonly block = this.local();
  protected readonly end = this.local();
  /** First column of a panel, and the number of its columns. */
  protected readonly j = this.local();
  protected readonly width = this.local();
  /** Address of the panel. */
  protected readonly start = this.local();
  protected readonly k = this.local();
  protected readonly c = this.local();
  protected readonly r = this.local();
  protected readonly source = this.local();
  protected readonly panel = this.local();
  protected readonly vectors = Array.from({ length: 8 }, () => this.f.local(V128));

  constructor(protected readonly form: ProductForm) {}

  protected local(): number {
    return this.f.local(I32);
  }

  /** Sets a local to `limit - from`, but at most to `most`. */
  protected atMost(local: number, most: number, limit: number, from: number): void {
    const f = this.f;
    f.get(limit).get(from).op("i32.sub").set(local);
    f.i32(most)
      .get(local)
      .op("i32.lt_u")
      .if(() => f.i32(most).set(local));
  }

  /** Copies the next panels of b to the scratch memory. */
  protected packBlock(): void {
    const f = this.f;
    const { b, columns } = this.frame;
    this.atMost(this.width, WIDTH * PANELS, columns, this.block);
    f.get(this.block).get(this.width).op("i32.add").set(this.end);
    if (this.form.rightTransposed) {
      this.eachPanel(() => this.pack());
      return;
    }
    const isWhole = (): FunctionBody =>
      f
        .i32(WIDTH * PANELS - 1)
        .get(this.width)
        .op("i32.lt_u");
    isWhole().set(this.r);
    f.get(this.r).if(() => {
      // All panels at once, because rows of b may be far apart in memory.
      f.get(this.frame.scratch).set(this.panel);
      element(f, b, this.from, columns, this.block).set(this.source);
      f.i32(0).set(this.k);
      turns(f, this.k, 1, this.count, () => {
        for (let vector = 0; vector < 2 * PANELS; vector++) {
          const offset = Math.floor(vector / 2) * PANEL_BYTES + (vector % 2) * 16;
          f.get(this.panel)
            .get(this.source)
            .memory("v128.load", 16 * vector)
            .memory("v128.store", offset);
        }
        f.get(this.panel).i32(32).op("i32.add").set(this.panel);
        advance(f, this.source, columns);
      });
    });
    f.get(this.r)
      .i32(1)
      .op("i32.lt_u")
      .if(() => this.eachPanel(() => this.pack()));
  }

  /** Visits the panels of the block up to `end`. */
  protected eachPanel(visit: () => void): void {
    const f = this.f;
    f.get(this.block).set(this.j);
    f.get(this.frame.scratch).set(this.start);
    f.while(
      () => f.get(this.j).get(this.end).op("i32.lt_u"),
      () => {
        this.atMost(this.width, WIDTH, this.frame.columns, this.j);
        visit();
        f.get(this.j).i32(WIDTH).op("i32.add").set(this.j);
        f.get(this.start).i32(PANEL_BYTES).op("i32.add").set(this.start);
      },
    );
  }

  /** Copies a panel of b to the scratch memory, row by row. */
  private pack(): void {
    const f = this.f;
    const { b, depth, columns } = this.frame;
    f.get(this.start).set(this.panel);
    f.i32(0).set(this.k);
    if (this.form.rightTransposed) {
      this.ifWhole(() => turns(f, this.k, 4, this.count, () => this.packTransposed()));
      turns(f, this.k, 1, this.count, () => {
        f.i32(0).set(this.c);
        turns(f, this.c, 1, this.width, () => {
          f.get(this.panel).get(this.c).i32(2).op("i32.shl", "i32.add");
          f.get(this.j).get(this.c).op("i32.add").get(depth).op("i32.mul");
          f.get(this.from).get(this.k).op("i32.add", "i32.add").i32(2).op("i32.shl").get(b).op("i32.add");
          f.memory("i32.load").memory(I32_STORE);
        });
        f.get(this.panel).i32(32).op("i32.add").set(this.panel);
      });
      return;
    }
    element(f, b, this.from, columns, this.j).set(this.source);
    this.ifWhole(() =>
      turns(f, this.k, 1, this.count, () => {
        for (const offset of [0, 16])
          f.get(this.panel).get(this.source).memory("v128.load", offset).memory("v128.store", offset);
        f.get(this.panel).i32(32).op("i32.add").set(this.panel);
        advance(f, this.source, columns);
      }),
    );
    turns(f, this.k, 1, this.count, () => {
      f.i32(0).set(this.c);
      turns(f, this.c, 1, this.width, () => {
        for (const pointer of [this.panel, this.source]) f.get(pointer).get(this.c).i32(2).op("i32.shl", "i32.add");
        f.memory("i32.load").memory(I32_STORE);
      });
      f.get(this.panel).i32(32).op("i32.add").set(this.panel);
      advance(f, this.source, columns);
    });
  }

  /** Runs `body` if the panel has all of its columns. */
  private ifWhole(body: () => void): void {
    this.f
      .i32(WIDTH - 1)
      .get(this.width)
      .op("i32.lt_u")
      .if(body);
  }

  /** Transposes four elements of eight rows of b into four rows of the panel. */
  private packTransposed(): void {
    const f = this.f;
    const { b, depth } = this.frame;
    const [x, y, z, u, ...mixed] = this.vectors as [number, number, number, number, ...number[]];
    f.get(this.from).get(this.k).op("i32.add").set(this.r);
    element(f, b, this.j, depth, this.r).set(this.source);
    for (const half of [0, 16]) {
      for (const vector of [x, y, z, u]) {
        f.get(this.source).memory("v128.load").set(vector);
        advance(f, this.source, depth);
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
        f.get(this.panel)
          .get(mixed[first] as number)
          .get(mixed[second] as number);
        f.shuffle(...lanesOf(lanes, lanes + 1, lanes + 4, lanes + 5)).memory("v128.store", 32 * row + half);
      }
    }
    f.get(this.panel).i32(128).op("i32.add").set(this.panel);
  }
}

/** Returns the bytes of four lanes out of the eight of two vectors. */
const lanesOf = (...lanes: number[]): number[] => lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte));
