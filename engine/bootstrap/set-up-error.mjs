// @ts-check
/** The checkout cannot be set up. The message is for the person who typed the command; no stack is shown. */
export class SetUpError extends Error {
  /**
   * @param {string} message
   * @param {number} [exitCode] 1: something failed; 2: a person has to do something first
   */
  constructor(message, exitCode = 1) {
    super(message)
    this.name = 'SetUpError'
    this.exitCode = exitCode
  }
}
