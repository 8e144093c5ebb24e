// Speaks with the test that started this process: settings come in by the environment, the person is sent to an address by one line, and the
// result is told by another.
import { createInterface } from 'node:readline'

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

export const settings = JSON.parse(process.env.SETTINGS)

/** Sends the person to an address; answers where they came back to the client, as the client's web server would see it. */
export async function browse(address) {
  process.stdout.write(`OPEN ${address}\n`)
  const { url, form } = JSON.parse((await lines.next()).value)
  return form ? new Request(url, { method: 'POST', body: new URLSearchParams(form) }) : new URL(url)
}

/** Shows the person a page that leads back to no client. */
export async function show(address) {
  process.stdout.write(`SHOW ${address}\n`)
  await lines.next()
}

/** The private key the client proves itself with. */
export function privateKey() {
  return crypto.subtle.importKey('jwk', settings.jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
}

export async function run(scenarios) {
  try {
    process.stdout.write(`TOLD ${JSON.stringify(await scenarios[settings.scenario]())}\n`)
    process.exit(0)
  } catch (error) {
    process.stdout.write(`FAILED ${JSON.stringify({ message: error.message, code: error.code, error: error.error, description: error.error_description, cause: String(error.cause?.message ?? '') })}\n`)
    process.exit(1)
  }
}
