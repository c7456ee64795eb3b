/** Signs that tell states apart without colours. All are of one width. */
export interface Marks {
  readonly done: string
  readonly failed: string
  readonly skipped: string
  readonly undone: string
  readonly block: string
  readonly running: string
  readonly ahead: string
  /** Says that a person is asked. */
  readonly asking: string
  /** Turns while the process lives. */
  readonly turning: readonly string[]
  readonly ellipsis: string
  /** Between facts on one line. */
  readonly between: string
}

const unicode: Marks = {
  done: '✔',
  failed: '✖',
  skipped: '↷',
  undone: '↩',
  block: '▾',
  running: '▸',
  ahead: '·',
  asking: '?',
  turning: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
  ellipsis: '…',
  between: ' · ',
}

const ascii: Marks = {
  done: 'ok',
  failed: '!!',
  skipped: '--',
  undone: '<-',
  block: '# ',
  running: '> ',
  ahead: '. ',
  asking: '? ',
  turning: ['| ', '/ ', '- ', '\\ '],
  ellipsis: '...',
  between: ', ',
}

/** Plain ASCII where the locale does not say that the terminal shows UTF-8. */
export function marksFor(env: NodeJS.ProcessEnv): Marks {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || ''
  return /utf-?8/i.test(locale) ? unicode : ascii
}
