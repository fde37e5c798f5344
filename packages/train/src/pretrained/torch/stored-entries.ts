/** Signatures of the records of a ZIP archive. */
const END = 0x06054b50;
const ENTRY = 0x02014b50;

/**
 * Returns the entries of a ZIP archive without compression, as `torch.save` writes them: views of their bytes by path.
 * @throws SyntaxError for an archive with other records or compressed entries; RangeError if it is truncated
 */
export function storedEntries(bytes: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u16 = (at: number): number => view.getUint16(at, true);
  const u32 = (at: number): number => view.getUint32(at, true);
  let end = bytes.length - 22;
  // A comment of at most 65,535 bytes may follow the record.
  while (end >= Math.max(0, bytes.length - 65_557) && u32(end) !== END) end--;
  if (end < 0 || u32(end) !== END) throw new RangeError("it is truncated");
  const entries = new Map<string, Uint8Array>();
  let at = u32(end + 16);
  for (let left = u16(end + 10); left > 0; left--) {
    if (u32(at) !== ENTRY) throw new SyntaxError("its list of entries is damaged");
    const [size, start] = [u32(at + 24), u32(at + 42)];
    const [nameLength, extra, comment] = [u16(at + 28), u16(at + 30), u16(at + 32)];
    const name = Buffer.from(bytes.subarray(at + 46, at + 46 + nameLength)).toString("utf8");
    if (u16(at + 10) !== 0) throw new SyntaxError(`its entry ${name} is compressed`);
    // The local header has a padding of its own, which aligns the numbers.
    const data = start + 30 + u16(start + 26) + u16(start + 28);
    if (data + size > bytes.length) throw new RangeError("it is truncated");
    entries.set(name, bytes.subarray(data, data + size));
    at += 46 + nameLength + extra + comment;
  }
  return entries;
}
