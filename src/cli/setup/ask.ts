import { checkbox, confirm, input, password } from '@inquirer/prompts'

/** True, or what is wrong with the answer, in words; then it is asked for again. */
export type Checked = (answer: string) => Promise<true | string>

interface Question {
  message: string
  /** What is taken when nothing is answered; a secret is not shown. */
  present?: string | undefined
  check: Checked
}

/** How setup asks a person. */
export interface Ask {
  text(question: Question): Promise<string>
  secret(question: Question): Promise<string>
  several(o: { message: string; choices: readonly string[]; present: readonly string[] }): Promise<string[]>
  yes(message: string): Promise<boolean>
}

/** At the terminal. */
export const terminal: Ask = {
  text: ({ message, present, check }) =>
    input({ message, ...(present !== undefined && { default: present }), validate: (answer) => check(answer.trim()) }),
  async secret({ message, present, check }) {
    const keeps = present === undefined ? '' : ' (Enter keeps the present one)'
    const or = (answer: string) => answer.trim() || (present ?? '')
    const answer = await password({ message: message + keeps, mask: '*', validate: (given) => check(or(given)) })
    return or(answer)
  },
  several: ({ message, choices, present }) =>
    checkbox({ message, choices: choices.map((value) => ({ value, checked: present.includes(value) })) }),
  yes: (message) => confirm({ message }),
}
