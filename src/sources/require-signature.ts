import { Refusal } from './refusal.ts';

type Settings = Readonly<{ secrets: readonly string[]; allowUnsigned: boolean }>;
type Check = Readonly<{ ok: true }> | Readonly<{ ok: false; fault: string; message: string }>;

/**
 * Throws a Refusal unless the webhook is signed, or unsigned where that is allowed. A signature that is present must be
 * right even then; without a secret it cannot be checked.
 */
export function requireSignature(settings: Settings, check: () => Check, howToConfigure: string): void {
  if (settings.secrets.length === 0) {
    if (settings.allowUnsigned) return;
    throw new Refusal('not_configured', howToConfigure);
  }
  const checked = check();
  if (checked.ok || (checked.fault === 'missing-signature' && settings.allowUnsigned)) return;
  throw new Refusal('invalid_signature', checked.message);
}
