import * as Plot from "@observablehq/plot";
import { COLOR, draw } from "./drawing.mjs";

/** The losses of an optimizer and of gradient descent after each step, on a logarithmic axis. */
export function lossFigure(name, title, { losses }, reference, where) {
  const floor = 1e-8;
  const curve = (values, stroke, strokeWidth) =>
    Plot.line(
      values.map((loss, step) => ({ step, loss: Math.max(loss, floor) })),
      {
        x: "step",
        y: "loss",
        stroke,
        strokeWidth,
        clip: true,
      },
    );
  return draw(`${name}-loss`, `The loss of ${title} on ${where} by the step, and of gradient descent for comparison`, {
    height: 210,
    marginTop: 26,
    marginLeft: 44,
    marginRight: 12,
    marginBottom: 36,
    x: { label: "step", ticks: 4, tickSize: 3 },
    y: {
      type: "log",
      label: "loss",
      ticks: 5,
      tickSize: 3,
      tickFormat: "~e",
      grid: true,
      domain: range([losses, reference.losses], floor),
    },
    marks: [curve(reference.losses, COLOR.muted, 1.5), curve(losses, COLOR.main, 2)],
  });
}

function range(curves, floor) {
  const all = curves.flat().filter((loss) => Number.isFinite(loss));
  const first = Math.max(...curves.map(([loss]) => loss));
  return [Math.max(floor, Math.min(...all)), 3 * first];
}
