import { type Description, readDescription } from "../schedules/description.ts";
import { type EarlyStopping, earlyStopping } from "./early-stopping.ts";
import { type Plateau, plateau } from "./plateau.ts";

type Factory = (given: never) => Plateau | EarlyStopping;

/** Every controller by its name; `kinds`, an object of these alone; and `build`. */
export const controllers = /* @__PURE__ */ Object.freeze({
  plateau,
  earlyStopping,
  kinds: { plateau, earlyStopping },
  build,
});

/**
 * The controller of a description, which has seen nothing yet: `restore` gives it its state.
 * @throws if the description is of a newer version, of an unknown kind, or its arguments are not valid
 */
function build(description: Description): Plateau | EarlyStopping {
  const kinds: Record<string, Factory> = { plateau, earlyStopping };
  const { factory, json } = readDescription(description, kinds, "controller", "controller");
  return factory(json as never);
}
