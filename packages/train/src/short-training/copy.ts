import { createNetwork, type Network } from "@downhill/graph";
import { loadWeights, saveWeights } from "../training/checkpoint.ts";

/** The same model and numbers, in memory of its own. */
export function copyOf(network: Network): Network {
  const copy = createNetwork(network.model);
  loadWeights(copy, saveWeights(network));
  return copy;
}
