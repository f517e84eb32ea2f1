/**
 * The components of Intercom's Canvas Kit that the sidebar is made of, with no field that is not documented.
 * https://developers.intercom.com/docs/references/canvas-kit/interactivecomponents/button and its neighbours
 */
export type Component =
  | Text
  | DataTable
  | { type: 'divider' }
  | List
  | TextArea
  | { type: 'input'; id: string; label: string; placeholder?: string; value?: string }
  | Dropdown
  | Button

/** `text` takes Markdown for links and bold: nothing from outside goes in here. */
export interface Text {
  type: 'text'
  text: string
  style?: 'header' | 'paragraph' | 'muted' | 'error'
}

export interface DataTable {
  type: 'data-table'
  items: { type: 'field-value'; field: string; value: string }[]
}

export interface List {
  type: 'list'
  items: { type: 'item'; id: string; title: string; subtitle?: string; tertiary_text?: string }[]
}

export interface TextArea {
  type: 'textarea'
  id: string
  label: string
  placeholder?: string
  value?: string
}

/** 2 to 10 options; `value` is the id of the chosen one. */
export interface Dropdown {
  type: 'dropdown'
  id: string
  label: string
  options: { type: 'option'; id: string; text: string }[]
  value: string
}

export interface Button {
  type: 'button'
  id: string
  label: string
  style: 'primary' | 'secondary' | 'link'
  action: { type: 'submit' }
}

/** What Intercom is answered: https://developers.intercom.com/docs/references/canvas-kit/responseobjects/canvas */
export interface Canvas {
  canvas: { content: { components: Component[] } }
}

/** A dropdown takes no more: https://developers.intercom.com/docs/references/canvas-kit/interactivecomponents/dropdown */
export const MOST_OPTIONS = 10

export function canvasOf(components: Component[]): Canvas {
  return { canvas: { content: { components } } }
}

export function text(words: string, style: NonNullable<Text['style']> = 'paragraph'): Text {
  return { type: 'text', text: words, style }
}

export function button(id: string, label: string, style: Button['style']): Button {
  return { type: 'button', id, label, style, action: { type: 'submit' } }
}

export function dropdown(id: string, label: string, options: Record<string, string>, value: string): Dropdown {
  const known = Object.entries(options)
  const chosen = Object.hasOwn(options, value) ? value : (known[0]?.[0] ?? '')
  return {
    type: 'dropdown',
    id,
    label,
    options: known.map(([key, words]) => ({ type: 'option', id: key, text: words })),
    value: chosen,
  }
}
