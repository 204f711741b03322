import type { RequestHandler } from 'express';

/** For good, with the query. Relative, so that it works behind a proxy that adds a prefix to all paths. */
export function redirectTo(relativePath: string): RequestHandler {
  return ({ url }, res) => {
    const query = url.indexOf('?');
    res.redirect(308, query < 0 ? relativePath : relativePath + url.slice(query));
  };
}
