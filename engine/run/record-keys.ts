/** The journal's keys. */
export const keys = {
  begun: 'run/begun',
  process: (n: number) => `process/${n}`,
  /** What a binding that the run made turned out to be, when that process opened it. */
  processTarget: (n: number, binding: string) => `process/${n}/target/${binding}`,
  when: (step: string) => `step/${step}/when`,
  items: (step: string) => `step/${step}/items`,
  attendance: (step: string) => `step/${step}/attendance`,
  until: (step: string) => `step/${step}/until`,
  gaveUp: (step: string) => `step/${step}/gave-up`,
  blockFailed: (block: string) => `step/${block}/block-failed`,
  /** What the records of one thing that people have to let happen begin with. */
  gate: (step: string) => `step/${step}`,
  resolution: (step: string, n: number) => `step/${step}/resolution/${n}`,
  override: (step: string, n: number) => `step/${step}/override/${n}`,
  approval: (gate: string, n: number) => `${gate}/approval/${n}`,
  requested: (approval: string) => `${approval}/requested`,
  given: (approval: string, m: number) => `${approval}/given/${m}`,
  rejected: (approval: string) => `${approval}/rejected`,
  confirmed: (step: string) => `step/${step}/confirmed`,
  started: (step: string) => `step/${step}/started`,
  answered: (step: string, n: number) => `step/${step}/answered/${n}`,
  /** Sent again behind a try that surely did nothing; what happened to this one is not known until it is recorded. */
  again: (step: string, n: number) => `step/${step}/again/${n}`,
  failed: (step: string, n: number) => `step/${step}/failed/${n}`,
  succeeded: (step: string) => `step/${step}/succeeded`,
  undoBegun: (n: number) => `undo/${n}/begun`,
  undoEnded: (n: number) => `undo/${n}/ended`,
  undoStarted: (step: string) => `step/${step}/undo/started`,
  undone: (step: string) => `step/${step}/undo/done`,
  /** What a person says of an effect that could not be taken back. */
  undoResolution: (step: string, n: number) => `step/${step}/undo/resolution/${n}`,
  handedOver: (n: number) => (n === 0 ? 'run/handed-over' : `run/handed-over/${n}`),
  accepted: (n: number) => (n === 0 ? 'run/accepted' : `run/accepted/${n}`),
  ended: 'run/ended',
  closed: 'run/closed',
} as const
