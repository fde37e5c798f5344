/** An error for a file that cannot be used as an image. The message is the reason, without the file's name. */
export class UnusableImage extends Error {}
