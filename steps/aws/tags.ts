/** Tag that names the step which made a thing, and the run it belonged to. */
export const effectTag = 'runbook:effect'
export const runTag = 'runbook:run'
/** Tag of what is made to be deleted again, and of nothing else: its value says what for. */
export const throwAwayTag = 'runbook:throw-away'
