import { createAffine } from "./affine.ts";
import { choice, number } from "./arguments.ts";
import { defineAugmentation } from "./define.ts";
import { EDGES } from "./edges.ts";

/**
 * Rotates the image about its center by a uniform angle of up to `degrees` in either direction; 15 by default. Do not use
 * it if a rotation changes the meaning, as between 6 and 9.
 */
export const rotate = /* @__PURE__ */ defineAugmentation({
  name: "rotate",
  title: "Rotation",
  summary: "rotates the image by up to `degrees` (default 15) in either direction",
  arguments: { degrees: number(0, 180, 15), mode: choice(EDGES, "reflect") },
  prepare({ degrees, mode }, setup) {
    const transform = createAffine(setup, mode);
    return (image, draw) => {
      const angle = (draw.symmetric(degrees, 0) * Math.PI) / 180;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      transform(image, cos, -sin, 0, sin, cos, 0);
    };
  },
});
