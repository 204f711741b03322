/** How long a test waits for something that should happen soon: long enough for a busy machine. */
export const patienceMs = 50_000;
