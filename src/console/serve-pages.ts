import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import express, { type Router } from 'express'

/** Seen from here and from dist/bin, which is as deep. */
const PAGES = fileURLToPath(new URL('../console/pages/', import.meta.url))

/** What the pages stand on, as their packages ship it to browsers: beside the file that Node would take. */
const LIBRARIES = [
  { name: 'preact', file: 'preact.module.js' },
  { name: 'htm', file: 'htm.module.js' },
  { name: 'uplot', file: 'uPlot.esm.js' },
  { name: 'uplot', file: 'uPlot.min.css' },
]

/**
 * The pages and their libraries, in a folder whose name is that of their content: a browser keeps them for good, and gets
 * new ones after an upgrade. The page names all its modules, so that they come at once and not one after another.
 */
export function servePages(routes: Router): void {
  const { resolve } = createRequire(import.meta.url)
  const libraries = LIBRARIES.map(({ name, file }) => ({ file, path: join(dirname(resolve(name)), file) }))
  const pages = readdirSync(PAGES).sort()
  const version = hashOf([...pages.map((name) => join(PAGES, name)), ...libraries.map(({ path }) => path)])
  const modules = [...pages, ...libraries.map(({ file }) => `lib/${file}`)].filter((name) => name.endsWith('.js'))
  const index = indexFor(version, modules)
  // Relative, as all links in the pages: a proxy may have put the bridge under a path.
  routes.get('/', (req, res) => {
    if (!req.originalUrl.split('?', 1)[0]?.endsWith('/')) return res.redirect('console/')
    res.type('html').set('cache-control', 'no-store').send(index)
  })
  for (const { file, path } of libraries) {
    routes.get(`/${version}/lib/${file}`, (_req, res) => res.sendFile(path, FOR_GOOD))
  }
  routes.use(`/${version}`, express.static(PAGES, { ...FOR_GOOD, index: false }))
  routes.get('/icon.svg', (_req, res) => res.sendFile(join(PAGES, 'icon.svg'), FOR_GOOD))
}

const FOR_GOOD = { maxAge: '1y', immutable: true }

function hashOf(paths: string[]): string {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(readFileSync(path))
  return hash.digest('hex').slice(0, 12)
}

function indexFor(version: string, modules: string[]): string {
  const preloads = modules.map((name) => `    <link rel="modulepreload" href="${name}" />\n`).join('')
  return readFileSync(join(PAGES, 'index.html'), 'utf8')
    .replace('    <script', `${preloads}    <script`)
    .replaceAll(/ (href|src)="/g, ` $1="${version}/`)
}
