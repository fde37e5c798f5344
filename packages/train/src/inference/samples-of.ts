import type { SampleOptions } from "@downhill/images";
import { defined } from "@downhill/optim/defined";
import type { GivenConfig } from "../config/schema.ts";

/** Returns the options by which a run has read samples of images. Other images for its network are read by the same. */
export const samplesOf = ({ bands, valueRange }: GivenConfig): SampleOptions => defined({ bands, valueRange });
