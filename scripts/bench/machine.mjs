import { spawnSync } from 'node:child_process'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { median, round } from './statistics.mjs'

const TMPFS = 0x01021994
/** Of /proc, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

const cores = availableParallelism()
const taskset = spawnSync('taskset', ['--version']).status === 0

/** Everything that is measured runs on core 0; what measures it, and the stand-ins, on the others. */
const CORES = { server: '0', others: ['0', '1'][cores - 1] ?? `1-${cores - 1}` }

/** @param {'server' | 'others'} where */
export function pinned(where, command) {
  return taskset ? ['taskset', '-c', CORES[where], ...command] : command
}

/** Of this process; what it starts inherits it, unless pinned elsewhere. */
export function keepOffServerCore() {
  if (taskset) spawnSync('taskset', ['-cp', CORES.others, String(process.pid)])
}

export function describeMachine() {
  return {
    machine: `${cpus()[0]?.model.trim()}, ${cores} ${cores === 1 ? 'core' : 'cores'}, Node ${process.version}`,
    pinning: describePinning(),
    disk: describeDisk(),
    'busy with other things': `load average ${round(loadavg()[0])} before the start`,
  }
}

function describePinning() {
  if (!taskset) return 'none, because there is no taskset here: servers and load compete for the same cores'
  if (cores === 1) return 'none worth the name, with one core: servers and load compete for it'
  return `servers on core ${CORES.server}, load and stand-ins on ${CORES.others}`
}

/** A durable acknowledgement waits for the disk, so the disk is half of the figure. */
function describeDisk() {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-bench-'))
  const fd = openSync(join(folder, 'sync'), 'w')
  const page = Buffer.alloc(4096)
  const times = Array.from({ length: 100 }, () => {
    const from = performance.now()
    writeSync(fd, page)
    fdatasyncSync(fd)
    return performance.now() - from
  })
  closeSync(fd)
  rmSync(folder, { recursive: true })
  const sync = `writing 4 KB and syncing takes ${round(median(times))} ms in ${tmpdir()}`
  return statfsSync(tmpdir()).type === TMPFS ? `${sync}, which is memory: set TMPDIR to a real disk` : sync
}

/** Processor time a process has used so far, in seconds; NaN where there is no /proc. Noisy neighbours disturb it least. */
export function processorSeconds(pid) {
  if (process.platform !== 'linux') return Number.NaN
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]
  const [user, system] = afterName.split(' ').slice(11, 13).map(Number)
  return (user + system) / TICKS_PER_SECOND
}
