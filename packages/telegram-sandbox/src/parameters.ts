import { badRequest } from './bot-api-error.ts';
import { METHOD_TABLE, type MethodName, type ParameterKind } from './method-table.ts';

export type Upload = { name: string; mime: string; bytes: Buffer };
/** As they came: from the query, a form or a JSON body. */
export type RawParameters = { values: Record<string, unknown>; uploads: Map<string, Upload> };
export type Parameters = { values: Record<string, unknown>; uploads: Map<string, Upload> };
export type Suspect = { method: string; parameter: string; reason: 'unknown' | 'mistyped' };

type Rule = { name: string; kind: ParameterKind; required: boolean };

const RULES = new Map<string, Map<string, Rule>>(
  Object.entries(METHOD_TABLE).map(([method, table]) => [
    method,
    new Map(Object.entries(table).map(([name, kind]) => [name, ruleOf(name, kind)])),
  ]),
);
const METHODS_BY_LOWER_CASE = new Map(
  Object.keys(METHOD_TABLE).map((name) => [name.toLowerCase(), name as MethodName]),
);

/** Telegram's refusal when it is missing. */
const MISSING: Record<string, string> = {
  chat_id: 'chat_id is empty',
  from_chat_id: 'chat_id is empty',
  text: 'message text is empty',
  message_id: 'message identifier is not specified',
  message_thread_id: 'message thread not found',
  message_ids: 'message identifiers are not specified',
  user_id: 'invalid user_id specified',
  receiver_user_id: 'invalid user_id specified',
  document: 'there is no document in the request',
  photo: 'there is no photo in the request',
  media: 'there are no media in the request',
  callback_query_id: 'query is too old and response timeout expired or query ID is invalid',
  inline_query_id: 'query is too old and response timeout expired or query ID is invalid',
  file_id: 'file_id not specified',
  action: 'wrong parameter action in request',
  name: 'topic name must be non-empty',
  rich_message: 'rich message must be non-empty',
};

function ruleOf(name: string, kind: string): Rule {
  return { name, kind: kind.replace('!', '') as ParameterKind, required: kind.endsWith('!') };
}

/** Method names are case-insensitive, as in Telegram. */
export function findMethod(name: string): MethodName | undefined {
  return METHODS_BY_LOWER_CASE.get(name.toLowerCase());
}

/** Converts parameters to the table's types. Unknown and mistyped ones are reported. */
export function readParameters(
  method: MethodName,
  raw: RawParameters,
  suspects: (suspect: Suspect) => void,
): Parameters {
  const rules = RULES.get(method) ?? new Map<string, Rule>();
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(raw.values)) {
    if (value === null || value === undefined) continue;
    const rule = rules.get(name);
    if (!rule) suspects({ method, parameter: name, reason: 'unknown' });
    else values[name] = read(rule, value, () => suspects({ method, parameter: name, reason: 'mistyped' }));
  }
  for (const [name, upload] of raw.uploads) {
    if (rules.get(name)?.kind === 'file') values[name] = upload;
  }
  for (const rule of rules.values()) {
    const value = values[rule.name];
    const isMissing = value === undefined || (value === '' && rule.name !== 'url');
    if (rule.required && isMissing) throw badRequest(MISSING[rule.name] ?? `parameter "${rule.name}" is required`);
  }
  return { values, uploads: raw.uploads };
}

function read(rule: Rule, value: unknown, mistyped: () => void): unknown {
  switch (rule.kind) {
    case 'string':
      if (typeof value === 'object') mistyped();
      return typeof value === 'string' ? value : JSON.stringify(value);
    case 'integer':
      if (Number.isSafeInteger(value)) return value;
      if (typeof value === 'string' && /^-?\d{1,15}$/.test(value.trim())) return Number(value);
      mistyped();
      return 0;
    case 'boolean':
      if (typeof value === 'boolean') return value;
      if (!['true', 'false', 'yes', 'no', '1', '0', 1, 0].includes(value as string)) mistyped();
      return value === 1 || (typeof value === 'string' && ['true', 'yes', '1'].includes(value.toLowerCase()));
    case 'chat':
      if (typeof value === 'string') return /^-?\d+$/.test(value) ? Number(value) : value;
      if (typeof value !== 'number') mistyped();
      return value;
    case 'file':
      return value;
    case 'json':
      if (typeof value !== 'string') return value;
      try {
        return JSON.parse(value);
      } catch {
        throw badRequest(`can't parse ${rule.name.replaceAll('_', ' ')} JSON object`);
      }
  }
}

export function stringOf(parameters: Parameters, name: string): string | undefined {
  const value = parameters.values[name];
  return typeof value === 'string' ? value : undefined;
}

export function integerOf(parameters: Parameters, name: string): number | undefined {
  const value = parameters.values[name];
  return typeof value === 'number' ? value : undefined;
}

export function flagOf(parameters: Parameters, name: string): boolean {
  return parameters.values[name] === true;
}

/** A JSON object, undefined when absent; anything else is refused. */
export function objectOf(parameters: Parameters, name: string): Record<string, unknown> | undefined {
  const value = parameters.values[name];
  if (value === undefined) return undefined;
  if (isObject(value)) return value;
  throw badRequest(`object expected as ${name.replaceAll('_', ' ')}`);
}

/** A JSON array, undefined when absent; anything else is refused. */
export function listOf(parameters: Parameters, name: string): unknown[] | undefined {
  const value = parameters.values[name];
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return value;
  throw badRequest(`expected an Array of ${name.replaceAll('_', ' ')}`);
}

/** A field of a JSON object as text; empty when it is none. */
export function asText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
