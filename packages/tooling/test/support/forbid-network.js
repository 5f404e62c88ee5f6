// Loaded into every process of a command (NODE_OPTIONS=--import): records each attempt to reach another host.
import { appendFileSync } from 'node:fs'
import { Socket } from 'node:net'

const connect = Socket.prototype.connect
Socket.prototype.connect = function (/** @type {any[]} */ ...args) {
  const [target] = args.flat()
  if (typeof target === 'object' && target?.path) return connect.apply(this, /** @type {any} */ (args))
  appendFileSync(String(process.env.NETWORK_LOG), `${process.argv.join(' ')}\n`)
  throw new Error('No network in this test')
}
