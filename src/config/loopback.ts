const loopbackName = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i;

/** Whether a host, as in HOST or (with a port) in a Host header, names this machine's loopback interface. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && (loopbackName.test(host) || loopbackName.test(host.replace(/:\d{1,5}$/, '')));
}
