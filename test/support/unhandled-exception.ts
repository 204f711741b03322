/** Loaded into a process under test: a signal makes a callback throw. */
process.on('SIGUSR2', () => {
  throw new Error('nobody expected this');
});
