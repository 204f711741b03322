import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { BotApiError, badRequest } from './bot-api-error.ts';
import { isObject, type RawParameters, type Upload } from './parameters.ts';

const MAX_BODY_BYTES = 52 * 1024 * 1024;

/** The parameters of a call from the query and the body, whichever way they were sent. */
export async function readRequest(request: IncomingMessage, query: string): Promise<RawParameters> {
  const values: Record<string, unknown> = query ? Object.fromEntries(new URLSearchParams(query)) : {};
  const type = request.headers['content-type'] ?? '';
  if (request.method === 'GET' || request.headers['content-length'] === '0') return { values, uploads: new Map() };
  if (type.startsWith('multipart/form-data')) return readMultipart(request, values);
  const body = await readBody(request);
  if (body === '') return { values, uploads: new Map() };
  if (type.startsWith('application/json')) return { values: { ...values, ...parseJson(body) }, uploads: new Map() };
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return { values: { ...values, ...Object.fromEntries(new URLSearchParams(body)) }, uploads: new Map() };
  }
  return { values, uploads: new Map() };
}

function parseJson(body: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body);
    if (isObject(parsed)) return parsed;
  } catch {
    // Refused below, like JSON that is not an object.
  }
  throw badRequest("can't parse request body as JSON object");
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) reject(tooLarge());
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString()));
    request.on('error', reject);
  });
}

function readMultipart(request: IncomingMessage, values: Record<string, unknown>): Promise<RawParameters> {
  return new Promise((resolve, reject) => {
    const uploads = new Map<string, Upload>();
    const form = createForm(request);
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) return;
      reject(tooLarge());
      // The rest is read and dropped: a client reads the answer only when its body is sent.
      request.unpipe(form).resume();
    });
    form.on('field', (name, value) => {
      values[name] = value;
    });
    form.on('file', (name, stream, filename, _encoding, mimeType) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        uploads.set(name, { name: filename || 'file', mime: mimeOf(filename, mimeType), bytes: Buffer.concat(chunks) });
      });
    });
    form.on('finish', () => resolve({ values, uploads }));
    form.on('error', () => reject(unreadableForm()));
    request.on('error', reject);
    request.pipe(form);
  });
}

function createForm({ headers }: IncomingMessage): BusboyInstance {
  try {
    const limits = { fieldSize: MAX_BODY_BYTES, fileSize: MAX_BODY_BYTES };
    return new Busboy({ headers: { ...headers, 'content-type': headers['content-type'] ?? '' }, limits });
  } catch {
    throw unreadableForm();
  }
}

const MIME_BY_EXTENSION: Record<string, string> = {
  txt: 'text/plain',
  csv: 'text/csv',
  json: 'application/json',
  html: 'text/html',
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  svg: 'image/svg+xml',
  md: 'text/markdown',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  zip: 'application/zip',
};

/** Telegram uses the file name, not the type that the form declares. */
function mimeOf(name: string | undefined, declared: string): string {
  const extension = /\.([a-z0-9]+)$/i.exec(name ?? '')?.[1]?.toLowerCase() ?? '';
  return MIME_BY_EXTENSION[extension] ?? declared;
}

function tooLarge(): BotApiError {
  return new BotApiError(413, 'Request Entity Too Large');
}

function unreadableForm(): BotApiError {
  return badRequest("can't parse multipart request body");
}
