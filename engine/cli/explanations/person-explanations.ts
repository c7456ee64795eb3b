import type { NeededFor } from '../../run/run-stop.ts'

/** Why a run stands still although nothing is broken. */
export const personExplanations: Readonly<Record<NeededFor, readonly string[]>> = {
  approval: [
    'A step waits for people of a role to approve the text that was shown: runbook, environment, run, targets and resolved inputs.',
    'Each approver signs it with `runbook approve RUN STEP`, on this machine or on another one; nobody approves a run that they operate.',
    'In a sandbox go on at a terminal, or with `--approve-all`.',
  ],
  confirmation: [
    'A point of no return has to be confirmed by typing what its target claims to be, word for word.',
    'Go on at a terminal, or with `--confirm STEP=WORD`; in a sandbox `--approve-all` answers it as well. `--yes` never does.',
  ],
  conflict: [
    'Something else has the identity of what a step would make or change, or a target is not what the environment claims.',
    'Look at both, remove or rename one, then resume. The run never replaces what it did not make.',
  ],
  refused: [
    'It is there already, and the step or the runbook does not take what this run did not make.',
    'Look who made it. A key or CA that shall be taken is adopted with `existing: adopt`; a run that is unfinished is resumed.',
  ],
  'in-doubt': [
    'A step that must happen once was begun, its outcome is unknown, and looking cannot tell whether it happened.',
    'Look for the effect id in the world yourself, then say what you saw with `runbook resolve RUN STEP`. Two people approve it.',
  ],
  manual: [
    'A person has to do something that no program does, and to type what shows that it was done.',
    'Do it, then go on at a terminal, or with `--confirm STEP=VALUE` and, where a file goes with it, `--evidence STEP=FILE`.',
  ],
  'handed-over': [
    'The run was handed over: its journal is sealed here, and one other state folder goes on with it.',
    'Go on there. `runbook status` names who took it over and where.',
  ],
  authentication: [
    'A credential was refused. Devices lock or erase themselves after a few wrong tries, so it is not tried again by itself.',
    'Mend what the reference names, then go on with `--credential-changed BINDING`.',
  ],
  window: [
    'Changes are not allowed now: no window of the environment is open, a freeze holds, or less time is left than a point of no return and what follows it need.',
    'Resume when the window is open: the message says when. `runbook status` shows what was done; nothing is done twice.',
    'Windows and freezes stand in the environment. If it must be now: `--override-window REASON`, which people have to approve.',
  ],
  'stale-plan': [
    'What would happen now is not what was reviewed, or the plan expired or was used. Nothing was done.',
    'Make a new plan with `runbook plan --out FILE` and have it reviewed.',
  ],
  changed: [
    'Runbook, program, step types or targets are not what the run began with, and a run is pinned to them.',
    'Bring back what it began with: a copy of its runbook lies beside its journal.',
  ],
  locked: [
    'Another process works in the same state folder. One run at a time does.',
    'Wait for it or stop it; `runbook status` shows who it is. A lock of a process that is provably dead is taken over by itself.',
  ],
  sandbox: [
    'The environment belongs to a sandbox that does not answer, or another one does.',
    'Start it again with `runbook sandbox --dir DIR`, where DIR is the folder of the environment.',
  ],
}
