import { FONT, type Lettering, type Pen, type Points, type Stroke, stretches } from "./pen.ts";

/** Writes an SVG file. */
export class SvgPen implements Pen {
  readonly #width: number;
  readonly #height: number;
  readonly #parts: string[] = [];
  #clips = 0;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
  }

  /** Returns the file, with a title for screen readers. */
  toString(title: string): string {
    const [width, height] = [this.#width, this.#height];
    const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
    const root = `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" font-family="${escaped(FONT)}">`;
    return `${root}\n<title>${escaped(title)}</title>\n${this.#parts.join("\n")}\n</svg>\n`;
  }

  line(points: Points, stroke: Stroke): void {
    const path: string[] = [];
    stretches(points, (first, last) => {
      path.push(`M${pathOf(points, first, last)}`);
    });
    if (path.length > 0) this.#parts.push(`<path d="${path.join("")}" fill="none" ${attributesOf(stroke)}/>`);
  }

  area(upper: Points, lower: Points, color: string, opacity: number): void {
    const path: string[] = [];
    stretches(upper, (first, last) => {
      const back: string[] = [];
      for (let i = last; i >= first; i--) back.push(point(lower, i));
      path.push(`M${pathOf(upper, first, last)}L${back.join("L")}Z`);
    });
    if (path.length > 0) this.#parts.push(`<path d="${path.join("")}" fill="${color}" fill-opacity="${opacity}"/>`);
  }

  segment(x1: number, y1: number, x2: number, y2: number, stroke: Stroke): void {
    this.#parts.push(
      `<line x1="${short(x1)}" y1="${short(y1)}" x2="${short(x2)}" y2="${short(y2)}" ${attributesOf(stroke)}/>`,
    );
  }

  rectangle(x: number, y: number, width: number, height: number, color: string, opacity = 1): void {
    const size = `width="${short(width)}" height="${short(height)}"`;
    this.#parts.push(
      `<rect x="${short(x)}" y="${short(y)}" ${size} fill="${color}" fill-opacity="${short(opacity)}"/>`,
    );
  }

  dot(x: number, y: number, radius: number, color: string): void {
    this.#parts.push(`<circle cx="${short(x)}" cy="${short(y)}" r="${radius}" fill="${color}"/>`);
  }

  text(x: number, y: number, text: string, { color, size, align = "start", weight = 400, isUpright }: Lettering): void {
    const place = `x="${short(x)}" y="${short(y)}" dominant-baseline="central" text-anchor="${align}"`;
    const turn = isUpright ? ` transform="rotate(-90 ${short(x)} ${short(y)})"` : "";
    this.#parts.push(
      `<text ${place} font-size="${size}" font-weight="${weight}" fill="${color}"${turn}>${escaped(text)}</text>`,
    );
  }

  clipped(x: number, y: number, width: number, height: number, draw: () => void): void {
    const id = `clip${this.#clips++}`;
    const box = `<rect x="${x}" y="${y}" width="${width}" height="${height}"/>`;
    this.#parts.push(`<clipPath id="${id}">${box}</clipPath>`, `<g clip-path="url(#${id})">`);
    draw();
    this.#parts.push("</g>");
  }
}

function pathOf(points: Points, first: number, last: number): string {
  const parts: string[] = [];
  for (let i = first; i <= last; i++) parts.push(point(points, i));
  return parts.join("L");
}

const point = ({ x, y }: Points, i: number): string => `${short(x[i] as number)} ${short(y[i] as number)}`;

/** Numbers with two decimals keep the file small. */
const short = (value: number): string => String(Math.round(100 * value) / 100);

const attributesOf = ({ color, width, dash = [], opacity = 1 }: Stroke): string =>
  `stroke="${color}" stroke-width="${width}" stroke-opacity="${opacity}" stroke-linejoin="round"` +
  (dash.length > 0 ? ` stroke-dasharray="${dash.join(" ")}"` : "");

const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
