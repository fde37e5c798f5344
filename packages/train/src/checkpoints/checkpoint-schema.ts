import { z } from "zod";

const count = z.number().int().min(0);
const amount = z.number().min(0);
const spent = z.looseObject({ images: count, milliseconds: amount, waited: amount });

/** Schema of a checkpoint's JSON file. */
export const checkpointSchema = z.strictObject({
  version: z.literal(1),
  /** Hash of the tensor file. */
  sha256: z.string(),
  position: z.looseObject({ step: count, epoch: count, seen: count }),
  totals: z.looseObject({ images: count, loss: z.number(), correct: count }),
  updater: z.looseObject({
    optimizer: z.string(),
    step: count,
    microStep: count,
    seed: z.number(),
    tensors: z.record(z.string(), z.looseObject({ shape: z.array(count), numbers: z.record(z.string(), z.number()) })),
  }),
  /** State of the recorder, which writes every checkpoint. Other callbacks validate their states themselves. */
  callbacks: z.looseObject({
    recorder: z.looseObject({
      best: z.looseObject({ accuracy: z.number(), loss: z.number().nullable(), step: count }).nullable(),
      before: spent,
    }),
  }),
  spent,
  /** Step and evaluation of weights that a callback keeps. */
  kept: z.looseObject({ step: count, evaluation: z.any() }).optional(),
  lines: z.looseObject({ metrics: count, timings: count }),
});
