import { createNetwork, type Network } from "@downhill/graph";
import { loadWeights, saveWeights } from "../training/checkpoint.ts";

/** Returns a copy of a network with separate memory. */
export function copyOf(network: Network): Network {
  const copy = createNetwork(network.model);
  loadWeights(copy, saveWeights(network));
  return copy;
}
