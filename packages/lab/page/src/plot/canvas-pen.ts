import { FONT, type Lettering, type Pen, type Points, type Stroke, stretches } from "./pen.ts";

/** Draws on a canvas. */
export class CanvasPen implements Pen {
  readonly #context: CanvasRenderingContext2D;

  constructor(context: CanvasRenderingContext2D) {
    this.#context = context;
  }

  line(points: Points, stroke: Stroke): void {
    const context = this.#context;
    context.beginPath();
    stretches(points, (first, last) => {
      const { x, y } = points;
      context.moveTo(x[first] as number, y[first] as number);
      for (let i = first + 1; i <= last; i++) context.lineTo(x[i] as number, y[i] as number);
      // A single point has no line; a short one makes it visible.
      if (first === last) context.lineTo((x[first] as number) + 1, y[first] as number);
    });
    this.#stroke(stroke);
  }

  area(upper: Points, lower: Points, color: string, opacity: number): void {
    const context = this.#context;
    context.beginPath();
    stretches(upper, (first, last) => {
      context.moveTo(upper.x[first] as number, upper.y[first] as number);
      for (let i = first + 1; i <= last; i++) context.lineTo(upper.x[i] as number, upper.y[i] as number);
      for (let i = last; i >= first; i--) context.lineTo(lower.x[i] as number, lower.y[i] as number);
      context.closePath();
    });
    context.globalAlpha = opacity;
    context.fillStyle = color;
    context.fill();
    context.globalAlpha = 1;
  }

  segment(x1: number, y1: number, x2: number, y2: number, stroke: Stroke): void {
    this.#context.beginPath();
    this.#context.moveTo(x1, y1);
    this.#context.lineTo(x2, y2);
    this.#stroke(stroke);
  }

  rectangle(x: number, y: number, width: number, height: number, color: string, opacity = 1): void {
    this.#context.globalAlpha = opacity;
    this.#context.fillStyle = color;
    this.#context.fillRect(x, y, width, height);
    this.#context.globalAlpha = 1;
  }

  dot(x: number, y: number, radius: number, color: string): void {
    this.#context.beginPath();
    this.#context.arc(x, y, radius, 0, 2 * Math.PI);
    this.#context.fillStyle = color;
    this.#context.fill();
  }

  text(x: number, y: number, text: string, { color, size, align = "start", weight = 400, isUpright }: Lettering): void {
    const context = this.#context;
    context.save();
    context.translate(x, y);
    if (isUpright) context.rotate(-Math.PI / 2);
    context.font = `${weight} ${size}px ${FONT}`;
    context.textAlign = align === "middle" ? "center" : align;
    context.textBaseline = "middle";
    context.fillStyle = color;
    context.fillText(text, 0, 0);
    context.restore();
  }

  clipped(x: number, y: number, width: number, height: number, draw: () => void): void {
    this.#context.save();
    this.#context.beginPath();
    this.#context.rect(x, y, width, height);
    this.#context.clip();
    draw();
    this.#context.restore();
  }

  #stroke({ color, width, dash = [], opacity = 1 }: Stroke): void {
    const context = this.#context;
    context.globalAlpha = opacity;
    context.strokeStyle = color;
    context.lineWidth = width;
    context.lineJoin = "round";
    context.setLineDash([...dash]);
    context.stroke();
    context.globalAlpha = 1;
    context.setLineDash([]);
  }
}
