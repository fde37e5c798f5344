/** The number of bytes of a block of a tar archive. */
export const TAR_BLOCK = 512;

/** The position and length of the checksum in a header. */
const [SUM, SUM_LENGTH] = [148, 8];

/**
 * True if bytes begin with the header of a tar archive, of any variant: its checksum is the sum of all its bytes, in which
 * those of the checksum itself count as spaces.
 */
export function isTarHeader(bytes: Uint8Array): boolean {
  if (bytes.length < TAR_BLOCK || bytes[0] === 0) return false;
  const declared = Buffer.from(bytes.subarray(SUM, SUM + SUM_LENGTH)).toString("latin1");
  const octal = /^[ \0]*([0-7]+)[ \0]*$/.exec(declared)?.[1];
  if (octal === undefined) return false;
  let sum = 32 * SUM_LENGTH;
  for (let i = 0; i < TAR_BLOCK; i++) if (i < SUM || i >= SUM + SUM_LENGTH) sum += bytes[i] as number;
  return sum === Number.parseInt(octal, 8);
}
