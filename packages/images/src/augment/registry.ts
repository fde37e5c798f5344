import { colorJitter } from "./color-jitter.ts";
import { crop } from "./crop.ts";
import { cutmix } from "./cutmix.ts";
import { cutout } from "./cutout.ts";
import { flip } from "./flip.ts";
import { mixup } from "./mixup.ts";
import { randAugment } from "./rand-augment.ts";
import { rotate } from "./rotate.ts";

/** All kinds of augmentation, by name. */
export const augmentations = { crop, flip, rotate, colorJitter, cutout, mixup, cutmix, randAugment };
