// @ts-check
const oldest = { major: 20, minor: 19 }

/**
 * Why this Node cannot run runbook, or `undefined` when it can.
 *
 * @param {string} version such as `20.19.0`
 * @returns {string | undefined}
 */
export function supportedNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return undefined
  return `runbook needs Node ${oldest.major}.${oldest.minor} or newer, and this is ${version}\nhint: https://nodejs.org/en/download has packages for every system`
}
