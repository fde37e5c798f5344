import type { Surface } from "./surface.ts";

/** Four minima of different depths: along each axis a hill, low enough for momentum, hides the deeper one. */
export const styblinskiTang: Surface = {
  name: "styblinskiTang",
  title: "Styblinski-Tang",
  source: "https://www.sfu.ca/~ssurjano/stybtang.html",
  formula: "\\tfrac{1}{2} (x^4 - 16 x^2 + 5 x + y^4 - 16 y^2 + 5 y)",
  value: (point) => point.reduce((sum, x) => sum + (x ** 4 - 16 * x ** 2 + 5 * x) / 2, 0),
  gradient: (point) => point.map((x) => 2 * x ** 3 - 16 * x + 2.5),
  domain: [
    [-5, 5],
    [-5, 5],
  ],
  minima: [{ at: [-2.903534027771178, -2.903534027771178], value: -78.33233140754282 }],
  start: [4.5, 4.8],
};
