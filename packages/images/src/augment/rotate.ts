import { createAffine } from "./affine.ts";
import { choice, number } from "./arguments.ts";
import { defineAugmentation } from "./define.ts";
import { EDGES } from "./edges.ts";

/**
 * Turns the image about its middle by up to `degrees` either way, 15 by default, equally likely each. Not where turning
 * makes another thing of it, as a 6 of a 9.
 */
export const rotate = /* @__PURE__ */ defineAugmentation({
  name: "rotate",
  title: "Rotation",
  summary: "turns the image by up to `degrees` (default 15) either way",
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
