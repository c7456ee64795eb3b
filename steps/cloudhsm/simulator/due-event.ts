/** Something that happens by itself: when, and what it does. Once done it is not due any more. */
export interface DueEvent {
  readonly at: number
  settle(): void
}
