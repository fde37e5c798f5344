import { type Drawing, nearest, type Series } from "./chart.ts";
import type { Pen, Points } from "./pen.ts";
import { tickLabel, ticksOf } from "./scale.ts";

/** Size of the numbers at the axes in pixels. */
const SIZE = 11;
/** Opacity of raw values behind a smoothed line. */
const FAINT = 0.3;
const BAND = 0.13;
/** Pixels by which the dot of the last value may extend beyond the axis. */
const OVERHANG = 5;
/** Share of the opacity of raw values and envelopes if there are several runs. */
const CROWDED = 0.5;

/** Draws axes, curves and cursor. */
export function drawChart(pen: Pen, drawing: Drawing): void {
  const { frame, data, colors } = drawing;
  pen.rectangle(0, 0, frame.width, frame.height, colors.background);
  drawAxes(pen, drawing);
  pen.clipped(frame.left, frame.top, frame.right - frame.left + OVERHANG, frame.bottom - frame.top, () => {
    for (const series of data.series) drawBehind(pen, drawing, series);
    for (const series of data.series) drawLine(pen, drawing, series);
    drawCursor(pen, drawing);
  });
}

function drawAxes(pen: Pen, { frame, colors, data }: Drawing): void {
  const { left, right, top, bottom, x, y } = frame;
  const rule = { color: colors.grid, width: 1 };
  for (const value of ticksOf(y, Math.max(2, Math.floor((bottom - top) / 42)))) {
    const at = Math.round(y(value)) + 0.5;
    pen.segment(left, at, right, at, rule);
    pen.text(left - 8, at, data.isShare ? `${tickLabel(100 * value)} %` : tickLabel(value), {
      color: colors.muted,
      size: SIZE,
      align: "end",
    });
  }
  for (const value of ticksOf(x, Math.max(2, Math.floor((right - left) / 60)))) {
    const at = Math.round(x(value)) + 0.5;
    pen.segment(at, bottom, at, bottom + 4, { color: colors.muted, width: 1 });
    const align = at > right - 14 ? "end" : "middle";
    pen.text(at, bottom + 12, tickLabel(value), { color: colors.muted, size: SIZE, align });
  }
  pen.segment(left, bottom + 0.5, right, bottom + 0.5, { color: colors.muted, width: 1 });
  pen.text(right, bottom + 28, data.xLabel, { color: colors.muted, size: SIZE, align: "end" });
}

/** Draws what lies behind the line of a series: the envelope of the raw values, and the raw means if the line is smoothed. */
function drawBehind(pen: Pen, { frame, data }: Drawing, { x, mean, min, max, color }: Series): void {
  const share = data.series.length > 1 ? CROWDED : 1;
  pen.area(pointsOf(frame, x, max), pointsOf(frame, x, min), color, share * BAND);
  if (data.isSmoothed) pen.line(pointsOf(frame, x, mean), { color, width: 1, opacity: share * FAINT });
}

function drawLine(pen: Pen, { frame, data, colors }: Drawing, { x, mean, smooth, color, dash, marks }: Series): void {
  pen.line(pointsOf(frame, x, data.isSmoothed ? smooth : mean), { color, width: 1.75, dash });
  if (marks.length === 0) return;
  const places = Float64Array.from(marks, (mark) => mark.x);
  const values = Float32Array.from(marks, (mark) => mark.y);
  const points = pointsOf(frame, places, values);
  pen.line(points, { color, width: 1.25, dash: [4, 3] });
  // More marks would become a line.
  if (marks.length > 60) return;
  for (let i = 0; i < marks.length; i++) {
    const [at, height] = [points.x[i] as number, points.y[i] as number];
    if (Number.isNaN(at) || Number.isNaN(height)) continue;
    pen.dot(at, height, 4, colors.background);
    pen.dot(at, height, 3, color);
  }
}

function drawCursor(pen: Pen, { frame, data, colors, cursor }: Drawing): void {
  if (cursor === null) return;
  const at = frame.x(cursor);
  if (!(at >= frame.left && at <= frame.right)) return;
  pen.segment(at, frame.top, at, frame.bottom, { color: colors.muted, width: 1, dash: [3, 3] });
  for (const { x, mean, smooth, color } of data.series) {
    const index = nearest(x, cursor);
    const value = (data.isSmoothed ? smooth : mean)[index];
    if (index < 0 || value === undefined) continue;
    const [px, py] = [frame.x(x[index] as number), frame.y(value)];
    if (!Number.isNaN(px) && !Number.isNaN(py)) pen.dot(px, py, 3.5, color);
  }
}

/** Returns the pixels of values. On logarithmic axes, values of at most 0 are gaps. */
function pointsOf({ x, y }: Drawing["frame"], places: Float64Array, values: Float32Array): Points {
  const length = places.length;
  const points = { x: new Float64Array(length), y: new Float64Array(length) };
  for (let i = 0; i < length; i++) {
    const [across, up] = [x(places[i] as number), y(values[i] as number)];
    points.x[i] = Number.isFinite(across) ? across : Number.NaN;
    points.y[i] = Number.isFinite(up) ? up : Number.NaN;
  }
  return points;
}
