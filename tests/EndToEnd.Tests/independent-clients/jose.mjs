// jose alone: what a client that wants one algorithm and no other makes of an ID token.
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { run, settings } from './conversation.mjs'

await run({
  async verify() {
    const { payload, protectedHeader } = await jwtVerify(settings.token, createLocalJWKSet(settings.keys), {
      issuer: settings.issuer,
      audience: settings.clientId,
      algorithms: [settings.algorithm],
    })
    const other = await jwtVerify(settings.token, createLocalJWKSet(settings.keys), { algorithms: [settings.otherAlgorithm] }).then(() => 'verified', (error) => error.code)
    return { sub: payload.sub, alg: protectedHeader.alg, other, access: decodeProtectedHeader(settings.accessToken).alg }
  },
})
