// Raw C_SignAsync through pkcs11js over several sessions: the most that this token gives on this machine.
import pkcs11js from 'pkcs11js'

const [library, label, pin, keyIdHex, sessions, signatures] = process.argv.slice(2)
const pkcs11 = new pkcs11js.PKCS11()
pkcs11.load(library)
pkcs11.C_Initialize({ flags: pkcs11js.CKF_OS_LOCKING_OK })
const slot = pkcs11.C_GetSlotList(true).find((each) => pkcs11.C_GetTokenInfo(each).label.trim() === label)
const flags = pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION
const open = Array.from({ length: Number(sessions) }, () => pkcs11.C_OpenSession(slot, flags))
pkcs11.C_Login(open[0], pkcs11js.CKU_USER, pin)
const template = [
  { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY },
  { type: pkcs11js.CKA_ID, value: Buffer.from(keyIdHex, 'hex') },
]
const keyIn = (session) => {
  pkcs11.C_FindObjectsInit(session, template)
  const key = pkcs11.C_FindObjects(session, 1)[0]
  pkcs11.C_FindObjectsFinal(session)
  return key
}
const data = Buffer.alloc(600, 7)
let left = Number(signatures)
const signAll = async (session) => {
  const key = keyIn(session)
  while (left-- > 0) {
    pkcs11.C_SignInit(session, { mechanism: pkcs11js.CKM_SHA256_RSA_PKCS }, key)
    await pkcs11.C_SignAsync(session, data, Buffer.alloc(512))
  }
}
const begun = performance.now()
await Promise.all(open.map(signAll))
console.log(Number(signatures) / ((performance.now() - begun) / 1000))
pkcs11.C_Finalize()
