// Makes of the compiled modules and the libraries they use one file per program, in dist/bin: Node then opens a dozen files
// at start instead of two thousand. What is loaded only when it is needed (the vendors' SDKs, PostgreSQL) stays a file of
// its own. better-sqlite3 is compiled code and stays where it is installed.
import { join } from 'node:path'
import { build } from 'esbuild'

await build({
  entryPoints: ['main', 'cli/bridge', 'cli/doctor', 'cli/setup'].map((name) => ({
    in: join('dist', `${name}.js`),
    out: name.replace('cli/', ''),
  })),
  outdir: 'dist/bin',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.12',
  external: ['better-sqlite3'],
  // Names stay: they are in errors and in what Node says of itself.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  // For the libraries that are CommonJS.
  banner: {
    js: "import { createRequire as createRequireOfBundle } from 'node:module';const require = createRequireOfBundle(import.meta.url);",
  },
  logLevel: 'warning',
})
