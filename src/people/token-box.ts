import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Keeps people's tokens unreadable at rest: AES-256-GCM, bound to the person, so that a row copied to another is worthless. */
export type TokenBox = Readonly<{
  seal: (personId: number, token: string) => Buffer;
  /** Undefined when it was sealed with another key or for another person. */
  open: (personId: number, sealed: Buffer) => string | undefined;
}>;

const ivBytes = 12;
const tagBytes = 16;

/** `key`: 32 bytes. */
export function createTokenBox(key: Buffer): TokenBox {
  const bound = (personId: number) => Buffer.from(`person:${personId}`);
  return {
    seal: (personId, token) => {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(bound(personId));
      const sealed = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
    },
    open: (personId, sealed) => {
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes), { authTagLength: tagBytes })
          .setAAD(bound(personId))
          .setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
        return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
