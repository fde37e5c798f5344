import { type Description, readDescription } from "../schedules/description.ts";
import { type EarlyStopping, earlyStopping } from "./early-stopping.ts";
import { type Plateau, plateau } from "./plateau.ts";

type Factory = (given: never) => Plateau | EarlyStopping;

/** Every controller by its name; `kinds`, an object of only these; and `build`. */
export const controllers = /* @__PURE__ */ Object.freeze({
  plateau,
  earlyStopping,
  kinds: { plateau, earlyStopping },
  build,
});

/**
 * Makes a new controller from a description; `restore` sets its state.
 * @throws if the description is of a newer version or an unknown kind, or its arguments are invalid
 */
function build(description: Description): Plateau | EarlyStopping {
  const kinds: Record<string, Factory> = { plateau, earlyStopping };
  const { factory, json } = readDescription(description, kinds, "controller", "controller");
  return factory(json as never);
}
