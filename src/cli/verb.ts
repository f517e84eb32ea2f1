import type { Config } from '../config/types.ts'

/** What a verb of the command line does: `data` for programs, `text` for people. Errors are sentences. */
export type Verb = (o: {
  config: Config
  args: string[]
  options: Record<string, string | undefined>
}) => Promise<{ data: unknown; text: string }>
