export { effectVariable, programEnvironment } from '../transport/program-environment.ts'
export { runningPrograms } from '../transport/running-programs.ts'
export { startProgram, type StartedProgram } from '../transport/start-program.ts'
