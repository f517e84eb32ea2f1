/**
 * Asks before something that cannot be taken back. Resolves with true when the person says so.
 * @param o.title a question
 * @param o.words what will happen
 * @param o.yes what the button says
 */
export function confirm({ title, words, yes }) {
  const dialog = document.createElement('dialog')
  const heading = element('h2', title)
  heading.id = 'question'
  dialog.setAttribute('aria-labelledby', heading.id)
  const form = document.createElement('form')
  form.method = 'dialog'
  const no = element('button', 'Cancel')
  no.value = ''
  const go = element('button', yes)
  go.value = 'yes'
  go.className = 'primary'
  const buttons = document.createElement('div')
  buttons.className = 'buttons'
  buttons.append(no, go)
  form.append(heading, element('p', words), buttons)
  dialog.append(form)
  document.body.append(dialog)
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(dialog.returnValue === 'yes')
    })
  })
}

function element(tag, words) {
  const made = document.createElement(tag)
  made.textContent = words
  return made
}
