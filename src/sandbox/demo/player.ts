import type { Scene } from './scenes/scene.ts'
import type { Stage } from './stage.ts'

export interface Guest {
  phone: string
  name: string
}

/** A scene as the page shows it. */
export interface ShownScene extends Pick<Scene, 'id' | 'group' | 'title' | 'look'> {
  state: 'new' | 'playing' | 'seen' | 'failed'
  /** Whom it was played with. */
  guest: Guest | null
}

export interface Player {
  readonly scenes: readonly ShownScene[]
  /** Resolves when the scene is over; at once while another one is played. */
  play(id: string): Promise<void>
}

/** Each scene has a customer of its own, so that none finds what another one left behind. */
const NAMES = ['Ana', 'Ben', 'Chloe', 'Dev', 'Ewa', 'Finn', 'Grace', 'Hugo', 'Ines', 'Jon', 'Kai', 'Lea', 'Mo', 'Nina']
const FIRST_NUMBER = 130
const NUMBERS = 60

/** @param name of somebody whom the scene is about */
function newGuest(n: number, name = NAMES[n % NAMES.length] ?? ''): Guest {
  return {
    phone: `+1202555${String(FIRST_NUMBER + (n % NUMBERS)).padStart(4, '0')}`,
    name,
  }
}

export function createPlayer(o: {
  scenes: readonly Scene[]
  /** Those who came for a scene, oldest first; grows. */
  guests: Guest[]
  /** The guest comes in. */
  invite: (guest: Guest) => Stage
  /** The bridge is started anew with these settings for as long as the scene takes. */
  withSettings: (settings: string, scene: () => Promise<void>) => Promise<void>
  log: (err: unknown) => void
}): Player {
  const shown: ShownScene[] = o.scenes.map(({ id, group, title, look }) => ({
    id,
    group,
    title,
    look,
    state: 'new',
    guest: null,
  }))

  return {
    scenes: shown,
    async play(id) {
      const scene = o.scenes.find((one) => one.id === id)
      const line = shown.find((one) => one.id === id)
      if (!scene || !line || shown.some(({ state }) => state === 'playing')) return
      const guest = newGuest(o.guests.length, scene.guest)
      o.guests.push(guest)
      Object.assign(line, { state: 'playing', guest })
      try {
        const play = () => scene.play(o.invite(guest))
        await (scene.settings ? o.withSettings(scene.settings, play) : play())
        line.state = 'seen'
      } catch (err) {
        line.state = 'failed'
        o.log(err)
      }
    },
  }
}
