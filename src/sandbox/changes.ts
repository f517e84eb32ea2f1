/** Tells whoever waits that something in a stand-in changed. */
export interface Changes {
  changed(): void
  /**
   * Resolves with the first truthy value of `read`, which is asked now and after every change.
   * Rejects after `timeoutMs` (default 15,000) with the source of `read` and what the stand-in holds.
   */
  until<T>(read: () => T | false | null | undefined, timeoutMs?: number): Promise<T>
}

export function createChanges(describe: () => string): Changes {
  const watchers = new Set<() => void>()
  const changed = () => {
    for (const watcher of [...watchers]) watcher()
  }
  function until<T>(read: () => T | false | null | undefined, timeoutMs = 15_000): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (run: () => void) => {
        watchers.delete(look)
        clearTimeout(timer)
        run()
      }
      const look = () => {
        try {
          const value = read()
          if (value) settle(() => resolve(value))
        } catch (error) {
          settle(() => reject(error))
        }
      }
      const timer = setTimeout(() => {
        settle(() => reject(new Error(`waited ${timeoutMs} ms in vain for ${read.toString()}\n${describe()}`)))
      }, timeoutMs)
      watchers.add(look)
      look()
    })
  }
  return { changed, until }
}
