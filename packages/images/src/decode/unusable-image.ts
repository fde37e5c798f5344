/** A file's bytes are no image that can be used; the message is the reason, without the file's name. */
export class ImageProblem extends Error {}
