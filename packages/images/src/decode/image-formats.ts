/** The supported formats of images, in words. */
export const IMAGE_FORMATS = "JPEG, PNG, WebP, AVIF, GIF, TIFF, HEIC, BMP, PNM, JPEG 2000, JPEG XL or DICOM";
