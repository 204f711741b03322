import type { RequestHandler } from 'express';
import type { Documentation } from '../sources/documentation.ts';

/** A route that answers something else than JSON, or JSON made before. GET unless `method` says otherwise. */
export type Route = Readonly<{
  method?: 'post';
  path: string;
  /** A part is loaded by a page, and by nobody else. */
  docs: Documentation | 'part';
  handler: RequestHandler;
}>;
