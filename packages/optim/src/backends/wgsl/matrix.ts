import type { IdentityPass, ProductPass, TransposePass } from "../../rule/plan.ts";
import { nameOf } from "./buffers.ts";
import type { ModuleWriter } from "./module.ts";

/** Writes out = a b for each index of the leading two axes: square tiles of both pass through workgroup memory. */
export function productKernel(module: ModuleWriter, pass: ProductPass, phase: string): void {
  const { a, b, out, leftTransposed, rightTransposed } = pass;
  const { geometry, buffers, tile } = module;
  const sides = [out.shape[2], a.shape[leftTransposed ? 2 : 3], out.shape[3]] as [string, string, string];
  const leading = `${out.shape.slice(0, 2)}..`;
  const tiles = (side: string): number => Math.ceil(geometry.count(`...${side}`) / tile);
  const workgroups = geometry.count(leading) * tiles(sides[0]) * tiles(sides[2]);
  const [left, right] = [
    nameOf(a) + (leftTransposed ? " transposed" : ""),
    nameOf(b) + (rightTransposed ? " transposed" : ""),
  ];
  module.tiled("product", `${phase}: ${nameOf(out)} = ${left} ${right}`, workgroups, (block) => {
    const rows = block.let("rows", geometry.length(sides[0]));
    const depth = block.let("depth", geometry.length(sides[1]));
    const columns = block.let("columns", geometry.length(sides[2]));
    block.line(`let across = (${columns} + ${tile - 1}u) / ${tile}u;`);
    block.line(`let down = (${rows} + ${tile - 1}u) / ${tile}u;`);
    block.line("let tile = group.y * groups.x + group.x;");
    block.line("let batch = tile / (across * down);");
    block.open(`if (batch >= ${geometry.volume(leading)})`);
    block.line("return;");
    block.close();
    block.line(`let atRow = tile / across % down * ${tile}u + at.y;`);
    block.line(`let atColumn = tile % across * ${tile}u + at.x;`);
    const sum = block.variable("sum", "0.0");
    block.open(`for (var k = 0u; k < ${depth}; k += ${tile}u)`);
    block.line("leftTile[at.y][at.x] = 0.0;");
    block.line("rightTile[at.y][at.x] = 0.0;");
    block.open(`if (atRow < ${rows} && k + at.x < ${depth})`);
    const leftIndex = leftTransposed
      ? `(batch * ${depth} + k + at.x) * ${rows} + atRow`
      : `(batch * ${rows} + atRow) * ${depth} + k + at.x`;
    block.line(`leftTile[at.y][at.x] = ${buffers.read(a, leftIndex)};`);
    block.close();
    block.open(`if (k + at.y < ${depth} && atColumn < ${columns})`);
    const rightIndex = rightTransposed
      ? `(batch * ${columns} + atColumn) * ${depth} + k + at.y`
      : `(batch * ${depth} + k + at.y) * ${columns} + atColumn`;
    block.line(`rightTile[at.y][at.x] = ${buffers.read(b, rightIndex)};`);
    block.close();
    block.line("workgroupBarrier();");
    block.open(`for (var n = 0u; n < ${tile}u; n++)`);
    block.line(`${sum} += leftTile[at.y][n] * rightTile[n][at.x];`);
    block.close();
    block.line("workgroupBarrier();");
    block.close();
    block.open(`if (atRow < ${rows} && atColumn < ${columns})`);
    block.line(`${buffers.write(out, `(batch * ${rows} + atRow) * ${columns} + atColumn`)} = ${sum};`);
    block.close();
  });
}

/** Writes out = a with rows and columns exchanged, for each index of the leading two axes. */
export function transposeKernel(module: ModuleWriter, { a, out }: TransposePass, phase: string): void {
  const { geometry, buffers } = module;
  const label = `${phase}: ${nameOf(out)} = ${nameOf(a)} transposed`;
  module.elementwise("transposed", label, out.shape, (block) => {
    const rows = block.let("rows", geometry.length(a.shape[2] as string));
    const columns = block.let("columns", geometry.length(a.shape[3] as string));
    block.line(`let batch = i / (${rows} * ${columns});`);
    block.line(`let atRow = i % ${rows};`);
    block.line(`let atColumn = i / ${rows} % ${columns};`);
    block.line(`${buffers.write(out, "i")} = ${buffers.read(a, `(batch * ${rows} + atRow) * ${columns} + atColumn`)};`);
  });
}

/** Writes the identity matrix. */
export function identityKernel(module: ModuleWriter, { out }: IdentityPass, phase: string): void {
  const { geometry, buffers } = module;
  module.elementwise("identity", `${phase}: ${nameOf(out)} = I`, out.shape, (block) => {
    const columns = block.let("columns", geometry.length(out.shape[3] as string));
    block.line(`${buffers.write(out, "i")} = select(0.0, 1.0, i / ${columns} % ${columns} == i % ${columns});`);
  });
}
