import { createHmac } from 'node:crypto'

/**
 * How a server shows that it has a session_key without sending it. The key is the base64 text itself, not the 16 bytes
 * that it stands for.
 */
export const sessionSignature = (sessionKey: string, message = ''): string =>
  createHmac('sha256', sessionKey).update(message).digest('hex')
