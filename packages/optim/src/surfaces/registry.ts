import { ackley } from "./ackley.ts";
import { amsgradCounterexample } from "./amsgrad-counterexample.ts";
import { beale } from "./beale.ts";
import { booth } from "./booth.ts";
import { himmelblau } from "./himmelblau.ts";
import { rastrigin } from "./rastrigin.ts";
import { ravine } from "./ravine.ts";
import { rosenbrock } from "./rosenbrock.ts";
import { saddle } from "./saddle.ts";
import { styblinskiTang } from "./styblinski-tang.ts";

/** Every surface of the library by its name, easiest first; the ravine has its default condition number. */
export const surfaces = {
  ravine: /* @__PURE__ */ ravine(),
  booth,
  saddle,
  rosenbrock,
  beale,
  himmelblau,
  styblinskiTang,
  rastrigin,
  ackley,
  amsgradCounterexample,
} as const;
