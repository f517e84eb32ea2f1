import { z } from 'zod'

/**
 * Canvas Kit's components as they are documented, for the inbox; anything else is refused, as Intercom shows an error
 * in the app's place. https://developers.intercom.com/docs/references/canvas-kit/interactivecomponents/button …
 */

const submit = z.strictObject({ type: z.literal('submit') })
const url = z.strictObject({ type: z.literal('url'), url: z.url() })
const action = z.discriminatedUnion('type', [submit, url])
const id = z.string().min(1)
const disabled = z.boolean().optional()
const bottom_margin = z.literal('none').optional()
const save_state = z.enum(['unsaved', 'saved', 'failed']).optional()
const option = z.strictObject({ type: z.literal('option'), id, text: z.string(), disabled })
const chosen = {
  id,
  options: z.array(option).min(2).max(10),
  label: z.string().optional(),
  value: z.string().optional(),
  save_state,
  disabled,
}
const written = {
  id,
  label: z.string().optional(),
  placeholder: z.string().optional(),
  value: z.string().optional(),
  disabled,
}

const component = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('text'),
    id: id.optional(),
    text: z.string(),
    align: z.enum(['left', 'center', 'right']).optional(),
    style: z.enum(['header', 'paragraph', 'muted', 'error']).optional(),
    bottom_margin,
  }),
  z.strictObject({ type: z.literal('divider'), id: id.optional(), bottom_margin }),
  z.strictObject({
    type: z.literal('spacer'),
    id: id.optional(),
    size: z.enum(['xs', 's', 'm', 'l', 'xl']).optional(),
  }),
  z.strictObject({
    type: z.literal('data-table'),
    items: z.array(z.strictObject({ type: z.literal('field-value'), field: z.string(), value: z.string() })),
  }),
  z.strictObject({
    type: z.literal('list'),
    items: z.array(
      z.strictObject({
        type: z.literal('item'),
        id,
        title: z.string(),
        subtitle: z.string().optional(),
        tertiary_text: z.string().optional(),
        disabled,
        action: action.optional(),
      }),
    ),
    disabled,
  }),
  z.strictObject({ type: z.literal('textarea'), ...written, error: z.boolean().optional() }),
  z.strictObject({ type: z.literal('input'), ...written, action: action.optional(), save_state }),
  z.strictObject({ type: z.literal('dropdown'), ...chosen }),
  z.strictObject({ type: z.literal('single-select'), ...chosen, action: action.optional() }),
  z.strictObject({
    type: z.literal('button'),
    id,
    label: z.string(),
    action,
    style: z.enum(['primary', 'secondary', 'link']).optional(),
    disabled,
  }),
])

export const canvas = z.strictObject({
  content: z.strictObject({ components: z.array(component) }),
  stored_data: z.record(z.string(), z.unknown()).optional(),
})
export const canvasAnswer = z.strictObject({ canvas })

export type Component = z.infer<typeof component>
export type Canvas = z.infer<typeof canvas>
