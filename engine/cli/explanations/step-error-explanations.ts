import type { ErrorCode } from '../../step/errors.ts'

/** The closed taxonomy of what can go wrong in a step. `retry.on` in a runbook names these. */
export const stepErrorExplanations: Readonly<Record<ErrorCode, readonly string[]>> = {
  transient: [
    'The other side failed or could not be reached in a way that may pass: connection refused, HTTP 500.',
    'Retried by itself a few times. Resume when the service is well.',
  ],
  throttled: [
    'The service asked for fewer requests. Retried by itself with growing pauses.',
    'Resume later, or have the quota raised.',
  ],
  denied: [
    'The caller may not do this. `runbook steps NAME` lists the permissions that a step type needs.',
    'Have them granted to the identity that the environment names, then resume.',
  ],
  invalid: [
    'The request can never work as it is: a value that the service or device refuses.',
    'Mend the runbook or its inputs; a run that began with the old ones is not resumed with new ones.',
  ],
  conflict: [
    'Something else has that identity, or it changed meanwhile. A person decides.',
    'Look at what is there, settle it, then resume.',
  ],
  'not-found': [
    'What the step works on is not there: a key, a CA, a file, a module.',
    'Look whether the binding points where it should.',
  ],
  'in-use': ['What the step works on is busy or held by another.', 'Wait or release it, then resume.'],
  device: [
    'The token or HSM failed, or a program it needs did. The message holds the name that the device gave it.',
    'Look at the device. Nothing is sent again before `check` has looked.',
  ],
  session: [
    'A login or session was lost, as when a token is unplugged or an HSM client restarts.',
    'Bring it back, then resume.',
  ],
  authentication: [
    'A credential was refused, and is not tried again by itself.',
    'Mend what its reference names, then go on with `--credential-changed BINDING`.',
  ],
  timeout: [
    'It did not end within the time allowed. It may yet.',
    'Look at it, then resume: resuming looks first. `timeout:` in a runbook gives a step longer.',
  ],
  cancelled: ['Stopped on request. Resume goes on.', 'Nothing is lost: what was begun is in the journal.'],
  bug: [
    'This program broke one of its own promises. The journal is safe.',
    'Report it with the stack that was printed; the run can be resumed.',
  ],
}
