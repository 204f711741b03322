import { badRequest } from './bot-api-error.ts';
import { imageSize } from './image-size.ts';
import type { StoredFile } from './message.ts';
import type { Upload } from './parameters.ts';

export type Files = ReturnType<typeof createFiles>;
type Kept = { file: StoredFile; bytes: Buffer; path: string };

const MAX_DOCUMENT_BYTES = 50 * 1024 * 1024;
const MAX_PHOTO_BYTES = 10 * 1024 * 1024;
const KEPT_BYTES = 512 * 1024 * 1024;

/** Uploaded documents and photos, in memory; beyond 512 MB the oldest are forgotten. */
export function createFiles(prefix: string) {
  const kept = new Map<string, Kept>();
  let count = 0;
  let total = 0;

  function keep(kind: 'documents' | 'photos', upload: Upload, size: { width?: number; height?: number }): StoredFile {
    const number = ++count;
    const extension = /\.[a-z0-9]{1,8}$/i.exec(upload.name)?.[0] ?? '';
    const file: StoredFile = {
      file_id: `${kind === 'photos' ? 'AgAC' : 'BQAC'}${prefix}${String(number).padStart(6, '0')}`,
      file_unique_id: `AQAD${prefix}${number}`,
      file_name: upload.name,
      mime_type: upload.mime,
      file_size: upload.bytes.length,
      ...size,
    };
    kept.set(file.file_id, { file, bytes: upload.bytes, path: `${kind}/file_${number}${extension}` });
    total += upload.bytes.length;
    for (const [id, oldest] of kept) {
      if (total <= KEPT_BYTES || id === file.file_id) break;
      kept.delete(id);
      total -= oldest.bytes.length;
    }
    return file;
  }

  /** An upload is stored; a string must be a known file_id, because the sandbox downloads nothing. */
  function accept(kind: 'documents' | 'photos', given: Upload | string): StoredFile {
    if (typeof given === 'string') {
      const known = kept.get(given)?.file;
      if (known && (known.width !== undefined) === (kind === 'photos')) return known;
      if (/^https?:\/\//i.test(given)) throw badRequest('failed to get HTTP URL content');
      throw badRequest('wrong file identifier/HTTP URL specified');
    }
    if (given.bytes.length === 0) throw badRequest('file must be non-empty');
    if (kind === 'photos') return keep(kind, given, checkPhoto(given.bytes));
    if (given.bytes.length > MAX_DOCUMENT_BYTES) throw badRequest('file is too big');
    return keep(kind, given, {});
  }

  return {
    acceptDocument: (given: Upload | string) => accept('documents', given),
    acceptPhoto: (given: Upload | string) => accept('photos', given),
    find: (fileId: string) => kept.get(fileId),
    findByPath: (path: string) => [...kept.values()].find((file) => file.path === path),
  };
}

function checkPhoto(bytes: Buffer): { width: number; height: number } {
  if (bytes.length > MAX_PHOTO_BYTES) {
    const limit = `the maximum size is ${MAX_PHOTO_BYTES} bytes`;
    throw badRequest(`file of size ${bytes.length} bytes is too big for a photo; ${limit}`);
  }
  const size = imageSize(bytes);
  if (!size) throw badRequest('IMAGE_PROCESS_FAILED');
  const [short, long] = size.width < size.height ? [size.width, size.height] : [size.height, size.width];
  if (short < 1 || long + short > 10_000 || long / short > 20) throw badRequest('PHOTO_INVALID_DIMENSIONS');
  return size;
}
