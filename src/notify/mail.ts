import type { Transporter } from 'nodemailer'
import type { Config } from '../config/types.ts'
import { VendorError } from '../errors.ts'

export interface Mail {
  to: string
  /** The same whenever the same mail is sent again. */
  id: string
  subject: string
  text: string
}

/**
 * Sends e-mails through SMTP_URL, from the address it names (`?from=`), else from its user, else from one of our own
 * host. The library is loaded with the first mail.
 * @returns one call; throws a VendorError whose every kind uses up an attempt
 */
export function createMailer(config: Config, timeoutMs: number): (mail: Mail) => Promise<void> {
  const { smtpUrl: url = '', publicUrl } = config
  const host = new URL(publicUrl).hostname
  let loading: Promise<Transporter> | undefined
  return async ({ to, id, subject, text }) => {
    loading ??= open(url, timeoutMs)
    const transport = await loading
    try {
      await transport.sendMail({
        from: { name: 'SMS bridge', address: senderOf(url, host) },
        to,
        subject: `[SMS bridge] ${subject}`,
        text,
        messageId: `<${id}@${host}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        disableFileAccess: true,
        disableUrlAccess: true,
      })
    } catch (err) {
      throw failureOf(err)
    }
  }
}

async function open(url: string, timeoutMs: number): Promise<Transporter> {
  const { createTransport } = await import('nodemailer')
  const timeouts = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs }
  return createTransport({ url, ...timeouts })
}

function senderOf(url: string, host: string): string {
  const { searchParams, username } = new URL(url)
  const user = decodeURIComponent(username)
  return searchParams.get('from') ?? (user.includes('@') ? user : `sms-bridge@${host}`)
}

/** A recipient refused with 5xx stays refused: https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1 */
function failureOf(err: unknown): VendorError {
  const { code = 'failed', responseCode = 0 } = (err ?? {}) as { code?: string; responseCode?: number }
  const permanent = code === 'EENVELOPE' && responseCode >= 500
  const sentence = `The mail server did not take the e-mail (${responseCode || code}).`
  // Not `certain`, or a server that is away would be waited for without using up attempts.
  return new VendorError(sentence, { vendor: 'notify', code, permanent, certain: false })
}
