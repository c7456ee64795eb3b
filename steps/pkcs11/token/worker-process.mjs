// @ts-check
/**
 * A process whose one thread owns a PKCS#11 module: what a module reads of the environment, such as `SOFTHSM2_CONF`, belongs to a
 * process. Passes questions and answers on, and ends with the process that started it.
 */
import { SHARE_ENV, Worker } from 'node:worker_threads'

const worker = new Worker(new URL('./worker.mjs', import.meta.url), {
  env: SHARE_ENV,
  name: 'pkcs11',
  workerData: { parallel: 1, faults: '' },
})
worker.on('message', (answer) => process.send?.(answer))
worker.on('error', () => process.exit(1))
worker.on('exit', (exitCode) => process.exit(exitCode))
process.on('message', (question) => worker.postMessage(question))
process.on('disconnect', () => process.exit(0))
