import { createNetwork, type Network } from "@downhill/graph";
import { copyWeights, setWeights } from "../training/checkpoint.ts";

/** Returns a copy of a network with separate memory. */
export function copyOf(network: Network): Network {
  const copy = createNetwork(network.model);
  setWeights(copy, copyWeights(network));
  return copy;
}
