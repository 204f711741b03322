const byteaOid = 17;

/**
 * A `bytea[]` parameter in PostgreSQL's binary format (array_recv). As text, which pg would make of an array of
 * buffers, every byte takes two hexadecimal digits and the whole is escaped, sent and parsed at a multiple of the cost.
 */
export function byteaArray(buffers: readonly Buffer[]): Buffer {
  const header = int32s(
    buffers.length === 0 ? 0 : 1,
    0,
    byteaOid,
    ...(buffers.length === 0 ? [] : [buffers.length, 1]),
  );
  return Buffer.concat([header, ...buffers.flatMap((buffer) => [int32s(buffer.length), buffer])]);
}

function int32s(...numbers: number[]): Buffer {
  const bytes = Buffer.allocUnsafe(numbers.length * 4);
  numbers.forEach((number, index) => bytes.writeInt32BE(number, index * 4));
  return bytes;
}
