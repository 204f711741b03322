import type { Selectable } from 'kysely';
import type { Database } from '../database/schema.ts';

export type Person = Selectable<Database['people']>;
export type Role = Person['role'];
