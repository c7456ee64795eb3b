import { defineSecretSource } from '../../engine/step/secret-source.ts'
import { fetchValue } from './fetch.ts'
import { store } from './store.ts'

/** AWS Secrets Manager, through an `aws` binding of the environment. */
export const secretsManagerSource = defineSecretSource({
  scheme: 'secretsmanager',
  summary: 'A secret in AWS Secrets Manager, or one key of it',
  through: 'aws',
  form: 'secretsmanager:BINDING/NAME[#JSONKEY]',
  names: '^[A-Za-z0-9/_+=.@:-]{1,2048}(#[^#]+)?$', // a name, or an ARN
  fetch: fetchValue,
  store,
})
