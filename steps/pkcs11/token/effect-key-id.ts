/** CKA_ID of the objects that an effect makes: the effect id in ASCII. Lower-case hex, as everywhere. */
export function keyIdOfEffect(effectId: string): string {
  return Buffer.from(effectId, 'latin1').toString('hex')
}

/** `20261122-135012-k7m2q.abc234defg`: a run's id, a dot, ten characters for the step; six in runs of the first release. */
const effectIdForm = /^[a-z0-9][a-z0-9-]{0,24}\.[a-z0-9]{6,10}$/

/** The effect that made an object with this CKA_ID; `undefined` when the ID is none that a run chooses. */
export function effectOfKeyId(keyId: string): string | undefined {
  const text = Buffer.from(keyId, 'hex').toString('latin1')
  return effectIdForm.test(text) ? text : undefined
}
