import { elapsed } from './elapsed.ts'
import { DefaultRenderer, Listr, ListrLogger, type ListrTaskWrapper, ProcessOutput } from 'listr2'

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
    if (this.#state === 'starting') this.#state = 'drawn'
    else {
      super.end()
      throw new Error('wiped before it was drawn') // then the list starts nothing
    }
  }

  override update(): void {
    if (this.#state === 'drawn') super.update()
  }

  override end(): void {
    if (this.#state === 'drawn') super.end()
    this.#state = 'over'
  }
}

/** What is over sooner needs no clock. */
const shortMs = 1000

/** Draws rows one below the other; the first one runs at once. */
export function draw(titles: readonly string[], stream: NodeJS.WriteStream): Drawing {
  let running = 0
  let said = ''
  let endDrawing = (): void => {}
  const wrappers: Wrapper[] = []
  const endRow: (() => void)[] = []
  const ended = titles.map((_, at) => new Promise<void>((resolve) => (endRow[at] = resolve)))
  let began = performance.now()
  const refreshTitle = (): void => {
    const wrapper = wrappers[running]
    const took = performance.now() - began
    const title = `${titles[running] ?? ''}${took < shortMs ? '' : ` (${elapsed(took)})`}`
    if (wrapper !== undefined && wrapper.title !== title) wrapper.title = title
  }
  const refreshOutput = (): void => {
    const wrapper = wrappers[running]
    if (wrapper !== undefined) wrapper.output = said
  }
  class Renderer extends StderrRenderer {
    override async render(): Promise<void> {
      endDrawing = () => this.end() // the list keeps its renderer to itself
      await super.render()
    }

    override update(): void {
      refreshTitle() // with each turn of the spinner
      super.update()
    }
  }
  const list = new Listr<unknown, typeof StderrRenderer, typeof StderrRenderer>(
    titles.map((title, at) => ({
      title,
      task: (_, wrapper): Promise<void> | undefined => {
        wrappers[at] = wrapper
        refreshOutput()
        return ended[at]
      },
    })),
    {
      renderer: Renderer,
      rendererOptions: {
        clearOutput: true,
        logger: new ListrLogger({ useIcons: true, toStderr: [], processOutput: new ProcessOutput(stream, stream) }),
      },
      registerSignalListeners: false,
    },
  )
  list.run().catch(() => {}) // rejects only when it was wiped early
  return {
    say(text) {
      said = text
      refreshOutput()
    },
    next() {
      endRow[running]?.()
      running += 1
      said = ''
      began = performance.now()
    },
    wipe() {
      endDrawing()
    },
  }
}
