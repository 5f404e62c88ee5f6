import { Duplex } from 'node:stream'
import type { PGlite } from '@electric-sql/pglite'

const terminate = 'X'.charCodeAt(0)

/**
 * Connects node-postgres to PGlite without a port or a socket file: it splits the driver's bytes into protocol messages,
 * passes them to the engine and returns the responses.
 */
export class PgliteSocket extends Duplex {
  readonly #engine: PGlite
  #pending: Buffer = Buffer.alloc(0)
  /** The first message of a connection has no type byte. */
  #started = false
  #work: Promise<void> = Promise.resolve()

  constructor(engine: PGlite) {
    super({ allowHalfOpen: false })
    this.#engine = engine
  }

  /** The driver calls these on its socket. */
  connect(): this {
    queueMicrotask(() => this.emit('connect'))
    return this
  }
  setNoDelay(): this {
    return this
  }
  setKeepAlive(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#pending = Buffer.concat([this.#pending, chunk])
    const messages = this.#takeCompleteMessages()
    done()
    this.#work = this.#work.then(() => this.#run(messages)).catch((error: Error) => void this.destroy(error))
  }

  override _final(done: () => void): void {
    this.push(null)
    done()
  }

  #takeCompleteMessages(): Buffer[] {
    const messages: Buffer[] = []
    for (;;) {
      const typeBytes = this.#started ? 1 : 0
      if (this.#pending.length < typeBytes + 4) return messages
      const length = typeBytes + this.#pending.readInt32BE(typeBytes)
      if (this.#pending.length < length) return messages
      messages.push(this.#pending.subarray(0, length))
      this.#pending = this.#pending.subarray(length)
      this.#started = true
    }
  }

  async #run(messages: Buffer[]): Promise<void> {
    for (const message of messages) {
      if (message[0] === terminate) {
        await this.#resetSession()
        this.push(null)
        return
      }
      await this.#engine.runExclusive(() =>
        this.#engine.execProtocolRawStream(new Uint8Array(message), {
          onRawData: (data) => {
            if (data.length > 0) this.push(Buffer.from(data))
          },
        }),
      )
    }
  }

  /** The engine has one session for all connections, so its state is reset for the next one. */
  async #resetSession(): Promise<void> {
    if (this.#engine.isInTransaction()) await this.#engine.exec('ROLLBACK')
    await this.#engine.exec('DISCARD ALL')
  }
}
