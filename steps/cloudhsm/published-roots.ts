/**
 * SHA-256 of the certificate `AWS_CloudHSM_Root-G1` (`CN=AWS CloudHSM Root G1`, until 2027-04-26), whole DER. The user guide of AWS
 * CloudHSM prints the certificate in full ("Root certificate"); these bytes are the ones that its own signature fits.
 */
export const awsRootSha256 = '9c6958fcacbb6f0e36546be1f2ce59ad84ee206835e6977f697d30dce9a7b570'

/**
 * SHA-256 of the manufacturers' root certificates, whole DER, by HSM type.
 *
 * `hsm1.medium`: `liquid_security_certificate` (`CN=localca.liquidsecurity.cavium.com`). For `hsm2m.medium`, `mrvl-rsa-LS2-AR-v1`
 * (`CN=mrvl-ls2-root-AR-v1`), no public place but the manufacturer's download was found: its fingerprint is an input.
 */
export const manufacturerRootSha256: Readonly<Record<string, string>> = {
  'hsm1.medium': '975757f0d76640e03d14760f8fc9e3a55826fa7807b2c392f7801a95bd69cc28',
}
