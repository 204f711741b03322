import { html } from './html.ts';

/** The look of a transcript: on a phone, on a desk, in the dark and on paper. */
export const transcriptStyle = html`
:root {
  color-scheme: light dark;
  --paper: #f4f5f7;
  --sheet: #ffffff;
  --ink: #1c2128;
  --faint: #5b6470;
  --line: #d9dde3;
  --visitor: #ffffff;
  --agent: #dcebff;
  --link: #0b57d0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161c;
    --sheet: #1a2028;
    --ink: #e8ecf1;
    --faint: #9aa5b1;
    --line: #2e3742;
    --visitor: #232b35;
    --agent: #1d3a5f;
    --link: #8ab4f8;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 16px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  overflow-wrap: anywhere;
}
main {
  max-width: 46rem;
  margin: 0 auto;
  padding: 1rem max(0.75rem, env(safe-area-inset-left)) 2rem max(0.75rem, env(safe-area-inset-right));
}
header {
  padding: 1rem;
  background: var(--sheet);
  border: 1px solid var(--line);
  border-radius: 0.9rem;
}
h1 { margin: 0; font-size: 1.3rem; line-height: 1.25; }
header p { margin: 0.15rem 0 0; color: var(--faint); }
dl {
  display: grid;
  grid-template-columns: max-content minmax(0, 1fr);
  gap: 0.2rem 0.9rem;
  margin: 0.8rem 0 0;
  font-size: 0.93rem;
}
dt { color: var(--faint); }
dd { margin: 0; }
h2 {
  margin: 1.4rem 0 0.8rem;
  font-size: 0.85rem;
  font-weight: 600;
  text-align: center;
  color: var(--faint);
}
ol, ul { list-style: none; margin: 0; padding: 0; }
ol > li { display: flow-root; margin-top: 0.7rem; }
ol > li.same { margin-top: 0.2rem; }
.bubble {
  width: fit-content;
  max-width: 85%;
  padding: 0.45rem 0.75rem 0.4rem;
  border: 1px solid var(--line);
  border-radius: 1rem;
  background: var(--visitor);
}
.visitor .bubble { border-bottom-left-radius: 0.3rem; }
.agent .bubble { margin-left: auto; background: var(--agent); border-color: transparent; border-bottom-right-radius: 0.3rem; }
.system .bubble {
  max-width: 92%;
  margin: 0 auto;
  padding: 0.1rem 0.6rem;
  border: 0;
  background: none;
  color: var(--faint);
  font-size: 0.88rem;
  text-align: center;
}
.name { margin: 0; font-size: 0.84rem; font-weight: 600; }
.name small { font-size: inherit; font-weight: 400; color: var(--faint); }
.text { margin: 0; white-space: pre-wrap; }
time { display: block; margin-top: 0.1rem; font-size: 0.75rem; text-align: end; color: var(--faint); }
.system .text { display: inline; }
.system time { display: inline; margin: 0 0 0 0.3rem; }
.files { margin-top: 0.25rem; }
.files li { padding: 0.15rem 0; }
.files small { display: block; color: var(--faint); }
a { color: var(--link); }
.empty, footer { margin: 1.6rem 0 0; text-align: center; font-size: 0.85rem; color: var(--faint); }
@media (min-width: 48rem) {
  main { padding-top: 2rem; }
  .bubble { max-width: 75%; }
}
@media print {
  :root {
    --paper: #ffffff;
    --sheet: #ffffff;
    --ink: #000000;
    --faint: #444444;
    --line: #999999;
    --visitor: #ffffff;
    --agent: #ffffff;
    --link: #000000;
  }
  body { font-size: 10.5pt; line-height: 1.35; }
  main { max-width: none; padding: 0; }
  header { padding: 0 0 0.5rem; border-width: 0 0 1px; border-radius: 0; }
  .bubble { max-width: 80%; border-radius: 0.5rem; }
  .agent .bubble { border: 1px solid #000000; }
  h2, .name { break-after: avoid; }
  time { break-before: avoid; }
  .short { break-inside: avoid; }
  .text { orphans: 3; widows: 3; }
}
@page { margin: 15mm; }
`;
