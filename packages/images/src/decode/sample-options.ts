/** Options for images whose samples are no plain colors, such as those of satellites and scanners. */
export interface SampleOptions {
  /**
   * The numbers of the bands of TIFF files and other files without compression losses that become gray, or red, green and
   * blue; the first band is 1. Default: the colors that the file declares.
   */
  readonly bands?: readonly number[];
  /**
   * The values that become black and white, such as [0, 10000] for reflectances, or [-160, 240] for a DICOM file in
   * Hounsfield units. Values beyond are clipped. Default: the black and white that the file defines.
   */
  readonly valueRange?: readonly [black: number, white: number];
}
