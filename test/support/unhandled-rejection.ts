/** Loaded into a process under test: a signal makes a promise reject that nobody handles. */
process.on('SIGUSR2', () => void Promise.reject(new Error('nobody expected this')));
