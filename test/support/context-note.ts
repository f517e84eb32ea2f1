/** Whether a note is the one with which a conversation begins, as against what happened in it. */
export const isContextNote = (html: string): boolean => /^<p><b>New \w+ conversation: /.test(html)
