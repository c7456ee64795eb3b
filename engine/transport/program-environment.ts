/** Set for every program of an effect, and inherited by what it starts. */
export const effectVariable = 'RUNBOOK_EFFECT'

const passedOn = ['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'TZ']

/**
 * All that a program gets of the environment: where programs and temporary files are and who runs it, in a language that
 * answers alike everywhere. No credential can come along, as nothing else is passed on.
 *
 * @param sandboxHome in a sandbox: takes the place of HOME, so that no profile of the user is found
 */
export function programEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  sandboxHome: string | undefined,
): Readonly<Record<string, string>> {
  const kept = passedOn.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]] as const]))
  const language = { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' }
  const sandbox = sandboxHome === undefined ? {} : { HOME: sandboxHome, AWS_EC2_METADATA_DISABLED: 'true' }
  return { ...Object.fromEntries(kept), ...language, ...sandbox }
}
