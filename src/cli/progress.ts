import cliProgress from 'cli-progress'

/** Runs a long work; `report` takes how much of it is done, from 0 to 1. */
export type Progress = <T>(title: string, work: (report: (share: number) => void) => Promise<T>) => Promise<T>

const STEPS = 1000

/** A bar on standard error, where a person looks on; elsewhere nothing, so that no log and no program has to skip it. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  return async (title, work) => {
    if (!stream.isTTY) return work(() => {})
    const bar = new cliProgress.SingleBar(
      { stream, format: `${title} {bar} {percentage} %`, hideCursor: true, clearOnComplete: true },
      cliProgress.Presets.shades_classic,
    )
    bar.start(STEPS, 0)
    try {
      return await work((share) => bar.update(Math.round(share * STEPS)))
    } finally {
      bar.stop()
    }
  }
}
