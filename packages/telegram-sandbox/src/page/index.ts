export type { SampleResult, SampleStep, Welcome, WelcomeStep } from '../browser/protocol.ts';
export { createSandboxPage, type PageSample, type PageTab, type SandboxPage, type SandboxPageOptions } from './page.ts';
export { type ServedPage, servePage } from './serve.ts';
