import { DefaultRenderer, Listr, ListrLogger, type ListrTaskWrapper, PRESET_TIMER, ProcessOutput } from 'listr2'

/** A list of steps drawn on a terminal, the running one animated. */
export interface Drawing {
  /** Says what the running row does; empty: nothing more than that it runs. */
  say(text: string): void
  /** The running row came to its end and the next one runs. */
  next(): void
  /** Wipes it off. Nothing is drawn after it. */
  wipe(): void
}

type Wrapper = ListrTaskWrapper<unknown, typeof StderrRenderer, typeof StderrRenderer>

/** listr2 draws on stdout and asks whether that is a terminal; here it is stderr, and the caller looked. */
class StderrRenderer extends DefaultRenderer {
  static override nonTTY = true
  #state: 'starting' | 'drawn' | 'over' = 'starting'

  override async render(): Promise<void> {
    await super.render() // loads what it needs
    if (this.#state === 'over') super.end()
    else this.#state = 'drawn'
  }

  override end(): void {
    if (this.#state === 'drawn') super.end()
    this.#state = 'over'
  }
}

/** Draws rows one below the other; the first one runs at once. */
export function draw(titles: readonly string[], stream: NodeJS.WriteStream): Drawing {
  let running = 0
  let said = ''
  let renderer: { end(): void } | undefined
  const wrappers: Wrapper[] = []
  const endRow: (() => void)[] = []
  const ended = titles.map((_, at) => new Promise<void>((resolve) => (endRow[at] = resolve)))
  const refresh = (): void => {
    const wrapper = wrappers[running]
    if (wrapper !== undefined) wrapper.output = said
  }
  class Renderer extends StderrRenderer {
    override async render(): Promise<void> {
      renderer = this // the list keeps it to itself
      await super.render()
    }
  }
  const list = new Listr<unknown, typeof StderrRenderer, typeof StderrRenderer>(
    titles.map((title, at) => ({
      title,
      task: (_, wrapper): Promise<void> | undefined => {
        wrappers[at] = wrapper
        refresh()
        return ended[at]
      },
    })),
    {
      renderer: Renderer,
      rendererOptions: {
        clearOutput: true,
        timer: PRESET_TIMER,
        logger: new ListrLogger({ useIcons: true, toStderr: [], processOutput: new ProcessOutput(stream, stream) }),
      },
      registerSignalListeners: false,
    },
  )
  void list.run() // never rejects: no row does
  return {
    say(text) {
      said = text
      refresh()
    },
    next() {
      endRow[running]?.()
      running += 1
      said = ''
    },
    wipe: () => renderer?.end(),
  }
}
