import type { Command } from 'commander'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** A place in the tree of verbs, as `opt-outs import`, and what may come next there. */
interface Place {
  path: string[]
  /** The verbs below it, and what its first argument may be. */
  words: { word: string; about: string }[]
  options: { flag: string; about: string }[]
}

/** A script that completes the verbs and options of a program, made from the program itself. */
export function completionFor(program: Command, shell: Shell): string {
  const places = placesIn(program, [], [])
  return { bash, zsh, fish }[shell](program.name(), places)
}

function placesIn(command: Command, path: string[], inherited: Place['options']): Place[] {
  const own = command.options.flatMap(({ long, description }) => (long ? [{ flag: long, about: description }] : []))
  const options = [...inherited, ...own]
  const verbs = command.commands.map((verb) => ({ word: verb.name(), about: verb.description() }))
  const choices = command.registeredArguments[0]?.argChoices ?? []
  const words = [...verbs, ...choices.map((word) => ({ word, about: '' }))]
  const here = { path, words, options: [...options, { flag: '--help', about: 'what it does, with examples' }] }
  return [here, ...command.commands.flatMap((verb) => placesIn(verb, [...path, verb.name()], options))]
}

const after = (path: string[]) => path.map((word) => `/${word}`).join('')

/** The words so far that are verbs, one `case` for each place; options and arguments are passed over. */
function walk(places: Place[]): string {
  const known = places.filter(({ path }) => path.length > 0).map(({ path }) => after(path))
  return `    case "$place/$word" in ${known.join('|')}) place="$place/$word" ;; esac`
}

const all = ({ words, options }: Place) =>
  [...words.map(({ word }) => word), ...options.map(({ flag }) => flag)].join(' ')

function bash(name: string, places: Place[]): string {
  return `# eval "$(${name} completion bash)", in ~/.bashrc
_${name}() {
  local place= word cur=\${COMP_WORDS[COMP_CWORD]}
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
${walk(places)}
  done
  case "$place" in
${places.map((place) => `    '${after(place.path)}') COMPREPLY=($(compgen -W '${all(place)}' -- "$cur")) ;;`).join('\n')}
  esac
}
complete -o default -F _${name} ${name}
`
}

function zsh(name: string, places: Place[]): string {
  return `#compdef ${name}
# eval "$(${name} completion zsh)", in ~/.zshrc behind compinit
_${name}() {
  local place= word
  for word in "\${words[@]:1:$((CURRENT-2))}"; do
${walk(places)}
  done
  case "$place" in
${places.map((place) => `    '${after(place.path)}') compadd -- ${all(place)} ;;`).join('\n')}
  esac
  _files
}
compdef _${name} ${name}
`
}

function fish(name: string, places: Place[]): string {
  const quoted = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`
  const lines = places.flatMap(({ path, words, options }) => {
    const verbs = path.map((word) => `__fish_seen_subcommand_from ${word}`)
    const below = words.map(({ word }) => word)
    const none = below.length > 0 ? [`not __fish_seen_subcommand_from ${below.join(' ')}`] : []
    const when = (parts: string[]) => (parts.length > 0 ? ` -n ${quoted(parts.join('; and '))}` : '')
    return [
      ...words.map(
        ({ word, about }) => `complete -c ${name}${when([...verbs, ...none])} -f -a ${word} -d ${quoted(about)}`,
      ),
      ...options.map(({ flag, about }) => `complete -c ${name}${when(verbs)} -l ${flag.slice(2)} -d ${quoted(about)}`),
    ]
  })
  return `# ${name} completion fish | source, in ~/.config/fish/config.fish\n${lines.join('\n')}\n`
}
