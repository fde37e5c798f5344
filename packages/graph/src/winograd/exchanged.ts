import type { ConvolutionSizes } from "../spatial/convolution.ts";

/** Returns the sizes of the convolution of `dy` with rotated kernels that computes the gradient by the images. */
export const exchanged = ({
  channels,
  filters,
  size,
  outSize,
  rows,
  columns,
  ...sizes
}: ConvolutionSizes): ConvolutionSizes => ({
  ...sizes,
  channels: filters,
  filters: channels,
  channelsPerGroup: sizes.filtersPerGroup,
  filtersPerGroup: sizes.channelsPerGroup,
  size: outSize,
  outSize: size,
  rows: { ...rows, before: rows.span - 1 - rows.before, after: rows.span - 1 - rows.after, count: size[0] },
  columns: {
    ...columns,
    before: columns.span - 1 - columns.before,
    after: columns.span - 1 - columns.after,
    count: size[1],
  },
});
