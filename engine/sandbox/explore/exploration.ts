/** What came of one crash or one fault. */
export interface Verdict {
  /** `person`: something stands in the way again and again, and a person has to look at it. */
  readonly how: 'done' | 'in-doubt' | 'person' | 'stopped'
  /** Whether the fault happened: another way may have been taken to its call. */
  readonly met: boolean
  /** How many processes stopped on the way. */
  readonly stops: number
  /**
   * Of a doubt: whether it is of the step that was interrupted, where nothing but a person can tell. Where a person is needed: whether
   * somebody else, or the service itself, did what stands in the way.
   */
  readonly honest: boolean
  /** What stopped it, where it is not done. */
  readonly message: string | undefined
  readonly doubled: readonly string[]
  readonly lost: readonly string[]
  readonly leaked: readonly string[]
}

/** One crash or one fault, and what came of it. */
export interface Explored {
  /** Step or operation: what rows of the table are about. */
  readonly row: string
  /** `after record step/rootKey/started`, `acm-pca.IssueCertificate#1=reset-after`. */
  readonly point: string
  /** The step under way, with its number. */
  readonly step: string
  /** Where the disk as it was left is kept, when it is not clean. */
  readonly kept: string | undefined
  readonly verdict: Verdict
}

export interface Exploration {
  readonly kind: 'crash' | 'fault'
  readonly runbook: string
  /** By row, in the order of the run: how many points or faults there are. */
  readonly rows: ReadonlyMap<string, number>
  /** Of all rows. */
  readonly points: number
  /** How many different disks those points leave; as many as points, for faults. */
  readonly states: number
  /** Of the sample. */
  readonly seed: number | undefined
  readonly explored: readonly Explored[]
  readonly tookMs: number
}

/** Whether nothing was doubled, lost, leaked, left undone, or left to a person without need. */
export function isClean({ how, honest, doubled, lost, leaked }: Verdict): boolean {
  if (doubled.length + leaked.length > 0) return false
  return how === 'done' ? lost.length === 0 : how !== 'stopped' && honest
}

/** `4 rootKey`: number and address of a step; of no step, `the run`. */
export function stepName(numbers: ReadonlyMap<string, string>, address: string | undefined): string {
  if (address === undefined) return 'the run'
  const number = numbers.get(address) ?? numbers.get(address.replaceAll(/\[[^\]]*\]/g, ''))
  return number === undefined ? address : `${number} ${address}`
}

/** What is told of a run that leaks without any disturbance: everything else would leak the same. */
export function undisturbedLeak(leaked: readonly string[], kept: string): Explored {
  const nothing = { met: true, stops: 0, honest: false, message: undefined, doubled: [], lost: [] }
  return { row: 'the run', point: 'undisturbed', step: 'the run', kept, verdict: { ...nothing, how: 'done', leaked } }
}
