import type { RequestHandler } from 'express';
import type { Documentation } from '../sources/documentation.ts';

/** A GET route that answers something else than JSON, or JSON made before. */
export type Route = Readonly<{ path: string; docs: Documentation; handler: RequestHandler }>;
