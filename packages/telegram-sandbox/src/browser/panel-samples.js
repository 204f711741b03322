import { byId, h } from './dom.js';
import { sendSample } from './server.js';

/**
 * @import { Store } from './store.js'
 * @import { SampleResult, SampleStep, WireSample } from './protocol.ts'
 */

/**
 * Buttons that send samples, and how they were answered.
 * @param {Store} store
 * @param {{ sent: (ok: boolean) => void }} on
 */
export function createSamples(store, on) {
  const place = byId('samples');
  const answers = byId('sample-answers');

  store.on(['everything'], () => {
    byId('samples-about').textContent = store.state.samplesAbout;
    byId('tab-samples').hidden = store.state.samples.length === 0;
    const groups = Map.groupBy(store.state.samples, ({ group }) => group);
    place.replaceChildren(...[...groups].map(([group, samples]) => groupView(group, samples)));
  });

  /** @param {string} group @param {WireSample[]} samples */
  function groupView(group, samples) {
    return h(
      'fieldset',
      { class: 'sample-group' },
      h('legend', {}, group),
      ...samples.map(({ name, label, about, tone }) => {
        const button = h(
          'button',
          { type: 'button', class: `sample tone-${tone}`, title: about, 'aria-label': `${group}: ${label}. ${about}` },
          label,
        );
        button.addEventListener('click', () => void send(name, button));
        return button;
      }),
    );
  }

  /** @param {string} name @param {HTMLButtonElement} [button] */
  async function send(name, button) {
    if (button?.getAttribute('aria-busy')) return;
    button?.setAttribute('aria-busy', 'true');
    const result = await sendSample(name).catch((error) => failed(name, error));
    button?.removeAttribute('aria-busy');
    answers.replaceChildren(...result.steps.map(stepView));
    on.sent(result.ok);
  }

  return { send };
}

/**
 * The page's own server did not take it.
 * @param {string} name
 * @param {unknown} error
 * @returns {SampleResult}
 */
function failed(name, error) {
  const answer = error instanceof Error ? error.message : String(error);
  return { ok: false, steps: [{ method: 'POST', path: 'act', about: name, status: 0, ms: 0, answer }] };
}

/** @param {SampleStep} step */
function stepView({ path, about, status, ms, answer }) {
  const isFine = status >= 200 && status < 300;
  return h(
    'div',
    { class: `step ${isFine ? 'fine' : 'bad'}` },
    h(
      'div',
      { class: 'step-line' },
      h('b', {}, status === 0 ? 'no answer' : String(status)),
      h('span', {}, about),
      h('small', {}, `${ms} ms`),
    ),
    h('code', { class: 'step-path' }, `POST ${path}`),
    h(
      'pre',
      { tabindex: 0, 'aria-label': 'Answer' },
      typeof answer === 'string' ? answer : JSON.stringify(answer, null, 2),
    ),
  );
}
