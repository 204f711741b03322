import type { Env } from './config.ts';
import { unquote } from './fields.ts';
import { VARIABLE_NAMES, type VariableName } from './variables.ts';

/** Read again at each use; all other settings are read once, at the start. */
const replaceable: readonly VariableName[] = [
  'CHATWOOT_WEBHOOK_SECRET',
  'CHATWOOT_ALERT_KEY',
  'CHATWOOT_API_TOKEN',
  'TAWK_WEBHOOK_SECRET',
  'TAWK_JS_API_KEY',
  'TAWK_REST_API_KEY',
  'TAWK_CONTEXT_KEY',
  'APP_SESSION_SECRET',
];

/** Whether they are set decides what is started. */
const startsParts: readonly VariableName[] = ['CHATWOOT_API_TOKEN', 'TAWK_REST_API_KEY'];

/** A token is for one server: it is not sent to another. */
const serverOf: Partial<Record<VariableName, readonly VariableName[]>> = {
  CHATWOOT_API_TOKEN: ['CHATWOOT_BASE_URL', 'CHATWOOT_ACCOUNT_ID'],
  TAWK_REST_API_KEY: ['TAWK_REST_URL'],
};

/** `env`: what runs from now on. `waiting`: changed, but used only after a restart. */
export type Replacement = Readonly<{
  env: Env;
  replaced: readonly VariableName[];
  waiting: readonly VariableName[];
}>;

/** Pure: which of the changes between the environment that runs and the one just read take effect at once. */
export function replaceSecrets(running: Env, read: Env): Replacement {
  const hasChanged = (name: VariableName) => valueOf(running, name) !== valueOf(read, name);
  const changed = VARIABLE_NAMES.filter(hasChanged);
  const replaced = changed.filter(
    (name) =>
      replaceable.includes(name) &&
      !(startsParts.includes(name) && [running, read].some((env) => valueOf(env, name) === '')) &&
      !serverOf[name]?.some(hasChanged),
  );
  return {
    env: { ...running, ...Object.fromEntries(replaced.map((name) => [name, read[name]])) },
    replaced,
    waiting: changed.filter((name) => !replaced.includes(name)),
  };
}

function valueOf(env: Env, name: VariableName): string {
  return unquote(env[name] ?? '');
}
