import { type FunctionBody, V128 } from "./assembler.ts";
import { advance, element, I32_STORE, turns } from "./matrix.ts";
import { HEIGHT, PANEL, PANEL_BYTES, PANELS, PanelPacker, type ProductForm, WIDTH } from "./panels.ts";

/**
 * Emits out = a b. Panels of b, 8 columns by at most 256 rows, are packed to be contiguous; tiles of four rows by eight
 * columns stay in registers along k. Each entry is summed along k in order, whatever its position in the tile, so that a
 * symmetric result has the same bits on both sides of its diagonal: one side is computed, and the other one copied.
 */
export function emitProduct(form: ProductForm): FunctionBody {
  return new ProductEmitter(form).emit();
}

class ProductEmitter extends PanelPacker {
  protected readonly batch = this.local();
  protected readonly i = this.local();
  protected readonly target = this.local();
  protected readonly stride = this.local();
  protected readonly rows = Array.from({ length: HEIGHT }, () => this.local());
  protected readonly left = this.f.local(V128);
  protected readonly sums = Array.from({ length: HEIGHT }, () => [this.f.local(V128), this.f.local(V128)] as const);

  emit(): FunctionBody {
    const { batches, rows, depth, columns, a, b, out } = this.frame;
    const f = this.f;
    f.i32(0).set(this.batch);
    turns(f, this.batch, 1, batches, () => {
      f.i32(0).set(this.from);
      f.while(
        () => f.get(this.from).get(depth).op("i32.lt_u"),
        () => {
          this.atMost(this.count, PANEL, depth, this.from);
          f.i32(0).set(this.block);
          f.while(
            () => f.get(this.block).get(columns).op("i32.lt_u"),
            () => {
              this.packBlock();
              if (this.form.symmetric) f.get(this.block).set(this.i);
              else f.i32(0).set(this.i);
              turns(f, this.i, HEIGHT, rows, () => this.rowOfTiles(HEIGHT));
              turns(f, this.i, 1, rows, () => this.rowOfTiles(1));
              f.get(this.block)
                .i32(WIDTH * PANELS)
                .op("i32.add")
                .set(this.block);
            },
          );
          f.get(this.from).i32(PANEL).op("i32.add").set(this.from);
        },
      );
      if (this.form.symmetric) this.mirror();
      advance(f, a, rows, depth);
      advance(f, b, depth, columns);
      advance(f, out, rows, columns);
    });
    return f.i32(1);
  }

  /** Adds the part of the packed panels to some rows; below the diagonal only, if the result is symmetric. */
  private rowOfTiles(height: number): void {
    const f = this.f;
    const { columns } = this.frame;
    this.atMost(this.end, WIDTH * PANELS, columns, this.block);
    f.get(this.block).get(this.end).op("i32.add").set(this.end);
    if (this.form.symmetric) {
      f.get(this.i).i32(height).op("i32.add").set(this.r);
      f.get(this.r)
        .get(this.end)
        .op("i32.lt_u")
        .if(() => f.get(this.r).set(this.end));
    }
    this.eachPanel(() => this.tile(height));
  }

  /** Adds the panel's part to a tile of `height` rows. */
  private tile(height: number): void {
    const f = this.f;
    const { out, columns, scratch } = this.frame;
    element(f, out, this.i, columns, this.j).set(this.target);
    f.get(columns).i32(2).op("i32.shl").set(this.stride);
    const isPartial = (): FunctionBody => f.get(this.width).i32(WIDTH).op("i32.lt_u");
    isPartial().if(() => {
      f.get(scratch)
        .i32(PANELS * PANEL_BYTES)
        .op("i32.add")
        .set(this.target);
      f.i32(4 * WIDTH).set(this.stride);
      f.get(this.from).if(() => this.copyTile(height, false));
    });
    const sums = this.sums.slice(0, height);
    for (const sum of sums.flat()) f.vector(new Float32Array(4)).set(sum);
    f.get(this.from).if(() =>
      this.eachRow(sums, (sum, offset) => f.get(this.source).memory("v128.load", offset).set(sum)),
    );
    f.get(this.start).set(this.panel);
    this.startRows(height);
    f.i32(0).set(this.k);
    turns(f, this.k, 1, this.count, () => this.steps(sums, 1));
    this.eachRow(sums, (sum, offset) => f.get(this.source).get(sum).memory("v128.store", offset));
    isPartial().if(() => this.copyTile(height, true));
  }

  /** Visits the vectors of a tile in memory: `source` points to the row. */
  private eachRow(sums: readonly (readonly [number, number])[], visit: (sum: number, offset: number) => void): void {
    const f = this.f;
    f.get(this.target).set(this.source);
    for (const [low, high] of sums) {
      visit(low, 0);
      visit(high, 16);
      f.get(this.source).get(this.stride).op("i32.add").set(this.source);
    }
  }

  /** Points to the elements of a that the first row of the panel meets. */
  private startRows(height: number): void {
    const f = this.f;
    const { a, rows, depth } = this.frame;
    if (this.form.leftTransposed) {
      element(f, a, this.from, rows, this.i).set(this.rows[0] as number);
      return;
    }
    element(f, a, this.i, depth, this.from).set(this.rows[0] as number);
    for (let r = 1; r < height; r++) {
      f.get(this.rows[r - 1] as number).set(this.rows[r] as number);
      advance(f, this.rows[r] as number, depth);
    }
  }

  /** Emits the products with some rows of the panel. */
  private steps(sums: readonly (readonly [number, number])[], count: number): void {
    const f = this.f;
    const [first, second] = this.vectors as [number, number];
    const { leftTransposed } = this.form;
    for (let step = 0; step < count; step++) {
      f.get(this.panel)
        .memory("v128.load", 32 * step)
        .set(first);
      f.get(this.panel)
        .memory("v128.load", 32 * step + 16)
        .set(second);
      for (const [r, [low, high]] of sums.entries()) {
        const [row, offset] = leftTransposed ? [0, 4 * r] : [r, 4 * step];
        f.get(this.rows[row] as number)
          .memory("v128.load32_splat", offset)
          .set(this.left);
        f.get(low).get(this.left).get(first).op("f32x4.mul", "f32x4.add").set(low);
        f.get(high).get(this.left).get(second).op("f32x4.mul", "f32x4.add").set(high);
      }
      if (leftTransposed) advance(f, this.rows[0] as number, this.frame.rows);
    }
    f.get(this.panel)
      .i32(32 * count)
      .op("i32.add")
      .set(this.panel);
    if (leftTransposed) return;
    for (const row of this.rows.slice(0, sums.length))
      f.get(row)
        .i32(4 * count)
        .op("i32.add")
        .set(row);
  }

  /** Copies the columns of a partial tile between the scratch memory and the result. */
  private copyTile(height: number, isResult: boolean): void {
    const f = this.f;
    const { out, columns } = this.frame;
    for (let r = 0; r < height; r++) {
      f.i32(0).set(this.c);
      f.get(this.i).i32(r).op("i32.add").set(this.r);
      element(f, out, this.r, columns, this.j).set(this.source);
      turns(f, this.c, 1, this.width, () => {
        const result = (): FunctionBody => f.get(this.source).get(this.c).i32(2).op("i32.shl", "i32.add");
        const scratch = (): FunctionBody =>
          f
            .get(this.target)
            .i32(4 * WIDTH * r)
            .op("i32.add")
            .get(this.c)
            .i32(2)
            .op("i32.shl", "i32.add");
        for (const address of isResult ? [result, scratch] : [scratch, result]) address();
        f.memory("i32.load").memory(I32_STORE);
      });
    }
  }

  /** Copies the side below the diagonal to the other one. */
  private mirror(): void {
    const f = this.f;
    const { out, rows, columns } = this.frame;
    f.i32(0).set(this.i);
    turns(f, this.i, 1, rows, () => {
      f.i32(0).set(this.j);
      turns(f, this.j, 1, this.i, () => {
        element(f, out, this.j, columns, this.i);
        element(f, out, this.i, columns, this.j).memory("i32.load").memory(I32_STORE);
      });
    });
  }
}
