import { type Api, GrammyError } from 'grammy';
import { fetchFile } from '../config/outbound.ts';
import type { ProxySettings } from '../config/proxy.ts';

/** A file that somebody sent; undefined when Telegram no longer has it. Throws when Telegram does not answer. */
export type FetchFile = (fileId: string) => Promise<Buffer | undefined>;

/** Bytes that a bot can fetch (Bot API, getFile). */
export const maxFileBytes = 20_000_000;

export function fetchFileBy(deps: { api: Api; apiRoot: string; token: string; proxy: ProxySettings }): FetchFile {
  const { api, apiRoot, token, proxy } = deps;
  return async (fileId) => {
    try {
      const { file_path: path } = await api.getFile(fileId);
      if (path === undefined) return undefined;
      const request = { proxy, timeoutMs: 60_000, maxBytes: maxFileBytes };
      return await fetchFile(`${apiRoot}/file/bot${token}/${path}`, request);
    } catch (error) {
      if (error instanceof GrammyError) return undefined;
      throw error;
    }
  };
}
