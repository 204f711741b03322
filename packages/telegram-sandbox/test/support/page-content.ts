import type { PageSample } from '../../src/page/page.ts';
import type { Welcome } from '../../src/browser/protocol.ts';

/** A page with something on it, as whoever runs the sandbox may add. */
export const SAMPLES: PageSample[] = [
  {
    name: 'unanswered',
    label: 'Unanswered',
    about: 'Posted to a port where nobody listens',
    group: 'Sample',
    tone: 'high',
    send: async () => ({
      ok: false,
      steps: [{ method: 'POST', path: '/hook', about: 'a hook', status: 0, ms: 1, answer: 'connect ECONNREFUSED' }],
    }),
  },
];

export const WELCOME: Welcome = {
  about: '**A toy bot.** Try it.',
  steps: [
    { id: 'card', button: { label: '/card', type: '/card' }, text: 'a card', doneBy: { botButtons: true } },
    { id: 'take', text: 'press **Acknowledge**', doneBy: { botText: String.raw`^#\d+ · acknowledged` } },
  ],
};
