import { PHOTO } from '../actions.ts'
import type { NamedFile } from '../stage.ts'
import type { Scene } from './scene.ts'

const PICTURE: NamedFile = { name: 'parcel.png', ...PHOTO }
/** No phone takes such a file with a text. */
const ARCHIVE: NamedFile = { name: 'plans.zip', contentType: 'application/zip', data: Buffer.from('PK, as good as') }

export const FILES: readonly Scene[] = [
  {
    id: 'photo',
    group: 'Media',
    title: 'A photo from the phone',
    look: 'It is attached in the conversation.',
    async play(customer) {
      await customer.texts('Look at this corner', { photo: true })
      await customer.conversations(1)
      await customer.attached()
    },
  },
  {
    id: 'picture',
    group: 'Media',
    title: 'A picture from the agent',
    look: 'It comes to the phone together with the words.',
    async play(customer) {
      await customer.writes('Where did you put my parcel?')
      customer.replies('Beside the door, see:', PICTURE)
      await customer.reads('Beside the door, see:')
      await customer.receives(PICTURE.contentType)
      customer.hasRead(1)
    },
  },
  {
    id: 'file-as-link',
    group: 'Media',
    title: 'A file that no phone takes',
    look: 'It goes out as a link, which a note tells the agent.',
    async play(customer) {
      await customer.writes('Can you send me the plans?')
      customer.replies('Here they are.', ARCHIVE)
      await customer.opens(ARCHIVE)
      await customer.noted('was sent as a link')
    },
  },
]
