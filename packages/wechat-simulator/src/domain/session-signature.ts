import { createHmac } from 'node:crypto'

/**
 * Proves that a server has a session_key without sending it. The HMAC key is the base64 text itself, not its 16 bytes.
 */
export const sessionSignature = (sessionKey: string, message = ''): string =>
  createHmac('sha256', sessionKey).update(message).digest('hex')
