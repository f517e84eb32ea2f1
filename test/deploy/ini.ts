/** A unit file of systemd: sections with the values of each key, in order. Throws where a line is none of its kinds. */
export function parseUnit(text: string): Record<string, Record<string, string[]>> {
  const sections: Record<string, Record<string, string[]>> = {}
  let section: Record<string, string[]> | undefined
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*([#;].*)?$/.test(line)) continue
    const name = /^\[(\w+)\]$/.exec(line)?.[1]
    const [, key, value] = /^([A-Z]\w*)=(.*)$/.exec(line) ?? []
    if (name !== undefined) {
      if (sections[name]) throw new Error(`line ${index + 1}: ${name} comes twice`)
      section = {}
      sections[name] = section
    } else if (section && key !== undefined && value !== undefined) {
      section[key] = [...(section[key] ?? []), value]
    } else throw new Error(`line ${index + 1} is no setting: ${line}`)
  }
  return sections
}
