const oids = { bytea: 17, text: 25 } as const;

/**
 * Array parameters in PostgreSQL's binary format (array_recv). In the text that pg would make of an array, every element is
 * escaped here and parsed there: twice the cost for texts, a multiple for bytes.
 */
export function byteaArray(buffers: readonly Buffer[]): Buffer {
  const start = header(oids.bytea, buffers.length);
  const bytes = Buffer.allocUnsafe(start.length + buffers.reduce((sum, buffer) => sum + 4 + buffer.length, 0));
  let end = start.copy(bytes);
  for (const buffer of buffers) {
    end = bytes.writeInt32BE(buffer.length, end);
    end += buffer.copy(bytes, end);
  }
  return bytes;
}

export function textArray(texts: readonly string[]): Buffer {
  const start = header(oids.text, texts.length);
  // In UTF-8 a UTF-16 unit takes three bytes at most.
  const bytes = Buffer.allocUnsafe(start.length + texts.reduce((sum, text) => sum + 4 + 3 * text.length, 0));
  let end = start.copy(bytes);
  for (const text of texts) {
    const length = bytes.write(text, end + 4);
    bytes.writeInt32BE(length, end);
    end += 4 + length;
  }
  return bytes.subarray(0, end);
}

/** Dimensions, whether there are nulls, the type of the elements; of the one dimension its length and first index. */
function header(oid: number, length: number): Buffer {
  return length === 0 ? int32s(0, 0, oid) : int32s(1, 0, oid, length, 1);
}

function int32s(...numbers: number[]): Buffer {
  const bytes = Buffer.allocUnsafe(numbers.length * 4);
  numbers.forEach((number, index) => bytes.writeInt32BE(number, index * 4));
  return bytes;
}
