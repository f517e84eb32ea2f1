import { copyFileSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { type Case, onStage } from '../case.ts'
import { disks, openDisk } from '../disk.ts'
import { get, settled, unstored } from '../oracle.ts'
import type { Stage } from '../stage.ts'
import { strace, tamper } from '../strace.ts'
import { reply, text } from '../traffic.ts'
import { until } from '../until.ts'

/** Room for the database, none for the ballast; and room for both. */
const SMALL_DISK_MB = 6
const LARGE_DISK_MB = 40

/** The disk, the file and what else may be wrong with them. */
export const storage: Case[] = [
  onDisk('the disk is full', SMALL_DISK_MB, (stage, disk) => fullDisk(stage, disk)),
  onDisk('the disk is full, with ballast to give up', LARGE_DISK_MB, (stage, disk) => fullDisk(stage, disk)),
  onDisk('the file system is read-only at the start', SMALL_DISK_MB, async (stage, disk) => {
    await refusesToStart(stage, /cannot be opened for writing/, {
      spoil: () => disk.readOnly(true),
      mend: () => disk.readOnly(false),
    })
  }),
  {
    name: 'the database is a file of garbage',
    run: () => onStage({}, (stage) => garbage(stage)),
  },
  {
    name: 'pages of the database are overwritten',
    run: () => onStage({}, (stage) => overwritten(stage)),
  },
  {
    name: 'a second bridge is started on the same database',
    run: () =>
      onStage({}, async (stage) => {
        await text(stage, 0, 'canary one')
        await failsToStart(stage.twin(), /exit code [^0].*Another bridge is already running/s)
        await text(stage, 0, 'canary two')
        return 1
      }),
  },
  {
    name: 'the disk fails to sync once',
    missing: strace,
    run: () =>
      onStage({}, async (stage) => {
        const release = await tamper(stage.bridge, 'fsync:error=EIO:when=1')
        await text(stage, 0, 'canary one')
        await until('the failure is noticed', () => stage.bridge.output.some((line) => line.includes('IOERR')))
        await until('a text is taken again', async () => (await text(stage, 0, 'canary two')).status === 200)
        await release()
        return 1
      }),
  },
  {
    name: 'the disk fails to sync for good',
    missing: strace,
    run: () => onStage({}, (stage) => deadDisk(stage)),
  },
]

function onDisk(
  name: string,
  megabytes: number,
  happen: (stage: Stage, disk: ReturnType<typeof openDisk>) => Promise<unknown>,
): Case {
  return {
    name,
    missing: disks,
    async run() {
      const disk = openDisk(megabytes)
      try {
        return await onStage({ folder: disk.folder }, async (stage) => {
          await happen(stage, disk)
          return 1
        })
      } finally {
        disk.close()
      }
    },
  }
}

/** Nothing is acknowledged that is not stored, what was under way is not done twice, and no restart is needed. */
async function fullDisk(stage: Stage, disk: ReturnType<typeof openDisk>): Promise<void> {
  await text(stage, 0, 'canary hello')
  await settled(stage)
  let answer = () => {}
  const holdUntil = new Promise<void>((resolve) => {
    answer = resolve
  })
  stage.twilio.faults.add({ method: 'POST', path: /Messages\.json/, act: true, answer: 'real', holdUntil })
  reply(stage, 0, 'canary under way')
  await stage.twilio.until(() => stage.twilio.sent.length === 1)
  disk.fill()
  answer()
  const said = () => stage.bridge.output.some((line) => line.includes('The disk is full'))
  await until('the disk is said to be full', async () => (await text(stage, 1, 'canary full')).status === 503 || said())
  reply(stage, 0, 'canary meanwhile')
  const lost = await unstored(stage)
  if (lost.length > 0) throw new Error(`acknowledged, but not stored: ${lost.join(', ')}`)
  disk.free()
  await until('a text is taken again', async () => (await text(stage, 1, 'canary free')).status === 200)
}

async function garbage(stage: Stage): Promise<number> {
  const { databaseFile: file } = stage
  await text(stage, 0, 'canary one')
  await settled(stage)
  const rubbish = Buffer.alloc(100_000, 'garbage ')
  await refusesToStart(stage, /is not a SQLite database/, {
    spoil() {
      copyFileSync(file, `${file}.good`)
      writeFileSync(file, rubbish)
    },
    mend() {
      if (!readFileSync(file).equals(rubbish)) throw new Error('the file was not left as it was')
      copyFileSync(`${file}.good`, file)
    },
  })
  return 1
}

/** Whether at once or after a look through the whole file: the bridge says so, takes nothing more, and leaves the file alone. */
async function overwritten(stage: Stage): Promise<number> {
  const { databaseFile: file, bridge } = stage
  for (let n = 0; n < 40; n++) await text(stage, n % 4, `canary ${n}`)
  await settled(stage)
  await bridge.stop()
  copyFileSync(file, `${file}.good`)
  overwriteMiddle(file)
  try {
    await stage.start()
    await until('the damage is noticed', async () => (await get(stage, '/readyz')) === 503)
    const { status } = await text(stage, 0, 'canary damaged')
    if (status !== 503) throw new Error(`a text was answered ${status}`)
    await bridge.stop()
  } catch (error) {
    if (!/is damaged/.test(String(error))) throw error
  }
  if (statSync(file).size < statSync(`${file}.good`).size) throw new Error('the file was replaced')
  copyFileSync(`${file}.good`, file)
  await stage.start()
  return 1
}

function overwriteMiddle(file: string): void {
  const pages = Math.floor(statSync(file).size / 4096)
  const fd = openSync(file, 'r+')
  for (let page = Math.floor(pages / 3); page < (pages * 2) / 3; page++)
    writeSync(fd, Buffer.alloc(4096, 0xff), 0, 4096, page * 4096)
}

async function deadDisk(stage: Stage): Promise<number> {
  await text(stage, 0, 'canary hello')
  await settled(stage)
  const release = await tamper(stage.bridge, 'fsync:error=EIO')
  const end = stage.bridge.end()
  let over = false
  void end.then(() => (over = true))
  await until('it gives up', async () => {
    if (!over && (await text(stage, 0, 'canary lost?')).status === 200)
      throw new Error('a text was taken that is not on the disk')
    return over
  })
  const code = await end
  if (code !== 1) throw new Error(`it ended with ${code}`)
  await release()
  await stage.start()
  return 1
}

async function refusesToStart(stage: Stage, words: RegExp, o: { spoil: () => void; mend: () => void }): Promise<void> {
  await text(stage, 0, 'canary before')
  await settled(stage)
  await stage.bridge.stop()
  o.spoil()
  await failsToStart(stage, words)
  o.mend()
  await stage.start()
}

async function failsToStart(bridge: { start(): Promise<unknown> }, words: RegExp): Promise<void> {
  const said = await bridge.start().then(
    () => 'it started',
    (error) => String(error),
  )
  if (!words.test(said)) throw new Error(`expected ${words}: ${said}`)
}
