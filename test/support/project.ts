import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder of the project. */
export const PROJECT = fileURLToPath(new URL('../../', import.meta.url))

/** A file of the project, as text. */
export const read = (path: string) => readFileSync(`${PROJECT}${path}`, 'utf8')

/** Paths of the files under a folder of the project, sorted. */
export function filesIn(folder: string, ending: string): string[] {
  const names = readdirSync(`${PROJECT}${folder}`, { recursive: true, encoding: 'utf8' })
  return names
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => `${folder}/${name}`)
}
