/**
 * Loads @peculiar/x509 on first use: it costs some 200 ms, and most commands read no certificate. It wants the metadata
 * shim to be there before it.
 */
export async function loadPeculiar(): Promise<typeof import('@peculiar/x509')> {
  await import('reflect-metadata')
  return await import('@peculiar/x509')
}
