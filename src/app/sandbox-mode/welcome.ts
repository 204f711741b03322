import type { Welcome } from 'telegram-sandbox/page';

/** What Bellhop does, as five things to try. */
export const WELCOME: Welcome = {
  about:
    '**Bellhop alerts your team in Telegram when a customer needs a person.** Try it on this simulated Telegram; nothing leaves this machine.',
  steps: [
    {
      id: 'send',
      button: { label: 'Send a sample', sample: 'alert-high' },
      text: 'a customer asks for help',
      doneBy: { sampleSent: true },
    },
    { id: 'card', text: 'its card appears here', doneBy: { botButtons: true } },
    {
      id: 'acknowledge',
      text: 'press **Acknowledge**: it is yours',
      doneBy: { botText: String.raw`^#\d+ · acknowledged\b` },
    },
    { id: 'close', text: 'press **Close** and choose an outcome', doneBy: { botText: String.raw`^#\d+ · closed\b` } },
    { id: 'stats', button: { label: '/stats', type: '/stats' }, text: 'the numbers', doneBy: { typed: '/stats' } },
  ],
};
