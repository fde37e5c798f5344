import type { Traceable } from "@downhill/optim";

/** An optimizer as a function of its learning rate; all other hyperparameters are those that the paper recommends. */
export type Method = (lr: number) => Traceable;
