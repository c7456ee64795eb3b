export { effectVariable, programEnvironment } from '../transport/program-environment.ts'
export { runningPrograms } from '../transport/running-programs.ts'
