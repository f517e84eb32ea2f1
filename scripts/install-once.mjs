// Makes every npm script work on a fresh clone: installs what is missing or stale and, with --build, compiles what changed.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const at = (...path) => join(root, ...path)

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 12)) {
  process.stderr.write(`Node.js 20.12 or newer is needed; this is ${process.versions.node}.\n`)
  process.exit(1)
}

if (!isInstalled()) {
  process.stderr.write('Installing dependencies (once; better-sqlite3 may compile for a minute or two) …\n')
  run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'])
}

if (process.argv.includes('--build')) {
  const sources = readdirSync(at('src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
  const settings = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json', 'scripts/bundle.mjs'].map((name) =>
    at(name),
  )
  once(at('dist', '.built'), [...sources, ...settings], () => {
    rmSync(at('dist'), { recursive: true, force: true })
    run(process.execPath, [at('node_modules', 'typescript', 'bin', 'tsc'), '-p', at('tsconfig.build.json')])
    for (const file of sources.filter((name) => !name.endsWith('.ts')))
      cpSync(file, file.replace(at('src'), at('dist')))
    run(process.execPath, [at('scripts', 'bundle.mjs')])
  })
}

/** npm notes what it installed; what the lockfile wants must be there in that version, unless it is for other machines. */
function isInstalled() {
  const noted = at('node_modules', '.package-lock.json')
  if (!existsSync(noted)) return false
  const wanted = JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages
  const present = JSON.parse(readFileSync(noted, 'utf8')).packages
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true
    return present[path] ? present[path].version === version : optional === true
  })
}

/** Does the work unless the stamp says that it was done for exactly these files. */
function once(stamp, files, work) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(file.slice(root.length)).update(readFileSync(file))
  const wanted = hash.digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  work()
  writeFileSync(stamp, wanted)
}

function run(command, args) {
  try {
    execFileSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
  } catch {
    process.stderr.write(`"${command} ${args.join(' ')}" failed; its messages are above.\n`)
    process.exit(1)
  }
}
