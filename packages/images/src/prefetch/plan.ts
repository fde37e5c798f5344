/** A batch to make: the images at the positions from `from` to below `from + count` of an epoch. */
export interface PlannedBatch {
  readonly epoch: number;
  readonly from: number;
  readonly count: number;
}
