export { type EarlyStopping, type EarlyStoppingState, earlyStopping } from "./early-stopping.ts";
export { type Plateau, type PlateauState, plateau } from "./plateau.ts";
export { controllers } from "./registry.ts";
