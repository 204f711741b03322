export type { PressAnswer } from './callbacks.ts';
export type { CallRecord } from './calls.ts';
export type { Sandbox, SandboxOptions } from './control.ts';
export { addDemoWorld, DEMO } from './demo-world.ts';
export type { Fault, NewFault } from './faults.ts';
export type { FloodMode, Premature } from './flood.ts';
export type { Chat, Member, Message, Person, Rights, StoredFile, Topic } from './message.ts';
export { createTelegramSandbox } from './sandbox.ts';
export type { NewChat } from './world.ts';
