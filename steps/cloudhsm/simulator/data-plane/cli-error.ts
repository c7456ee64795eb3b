/** A command that the HSMs refuse: its text is the `data` of an envelope with `error_code` 1. */
export class CliError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'CliError'
  }
}
