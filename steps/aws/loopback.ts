/** True for an `http:` address on this machine, which is all that a sandbox may reach. */
export function isLoopback(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false
  const { protocol, hostname } = new URL(endpoint)
  return protocol === 'http:' && (/^127(\.\d+){3}$/.test(hostname) || hostname === '[::1]' || hostname === 'localhost')
}
