/** PostgreSQL settings that differ from its defaults, each with its reason. They go on the command line at every start. */
export function serverSettings(port: number, throwaway: boolean): Record<string, string> {
  return {
    // Only this machine, and no socket in /tmp, where two servers on one port number would collide.
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    // Half the default: the working set is the open incidences and the latest events; the system's cache does the rest.
    shared_buffers: '64MB',
    // No I/O worker processes: on a small machine they cost memory and gain nothing.
    io_method: 'sync',
    // A query must not take every core from the receiver, nor need /dev/shm, of which a container has 64 MB.
    max_parallel_workers_per_gather: '0',
    // Instants are stored and compared in UTC; Bellhop turns them into people's time.
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Statements and the details of errors can hold what customers wrote; the log stays readable by support.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    // A line every five minutes that nobody reads.
    log_checkpoints: 'off',
    ...(throwaway ? throwawaySettings : {}),
  };
}

/** For tests: nothing survives a power cut, commits cost nothing, many workers connect. */
const throwawaySettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
};
