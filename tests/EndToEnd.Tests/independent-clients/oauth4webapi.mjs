// oauth4webapi, step by step: every answer is processed by the library, which refuses what its standard does not allow.
import * as oauth from 'oauth4webapi'
import { browse, run, settings } from './conversation.mjs'

const plain = { [oauth.allowInsecureRequests]: true }
const self = { client_id: settings.clientId }
const proofs = {
  client_secret_basic: () => oauth.ClientSecretBasic(settings.secret),
  client_secret_post: () => oauth.ClientSecretPost(settings.secret),
  none: () => oauth.None(),
}

async function discover() {
  const issuer = new URL(settings.issuer)
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: settings.discovery ?? 'oidc', ...plain }))
}

async function logIn(server, proof) {
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const expectedNonce = oauth.generateRandomNonce()
  const address = new URL(server.authorization_endpoint)
  address.search = new URLSearchParams({
    client_id: self.client_id,
    redirect_uri: settings.redirectUri,
    response_type: 'code',
    scope: settings.scope,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce: expectedNonce,
  })
  const callback = oauth.validateAuthResponse(server, self, await browse(address), state)
  const answer = await oauth.authorizationCodeGrantRequest(server, self, proof, callback, settings.redirectUri, verifier, plain)
  const tokens = await oauth.processAuthorizationCodeResponse(server, self, answer, { expectedNonce, requireIdToken: true })
  await oauth.validateApplicationLevelSignature(server, answer, plain)
  return tokens
}

/** What an API does with the token: RFC 9068, by the published keys. */
function judge(server, accessToken) {
  const request = new Request('https://api.test/', { headers: { authorization: `Bearer ${accessToken}` } })
  return oauth.validateJwtAccessToken(server, request, settings.audience ?? self.client_id, plain)
}

await run({
  async code() {
    const proof = proofs[settings.method]()
    const server = await discover()
    const tokens = await logIn(server, proof)
    const { sub } = oauth.getValidatedIdTokenClaims(tokens)
    const person = await oauth.processUserInfoResponse(server, self, sub, await oauth.userInfoRequest(server, self, tokens.access_token, plain))
    const fresh = await oauth.processRefreshTokenResponse(server, self, await oauth.refreshTokenGrantRequest(server, self, proof, tokens.refresh_token, plain))
    const api = await judge(server, fresh.access_token)
    const told = settings.secret
      ? await oauth.processIntrospectionResponse(server, self, await oauth.introspectionRequest(server, self, proof, fresh.access_token, plain))
      : { active: true }
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, self, proof, fresh.refresh_token, plain))
    const after = await oauth.refreshTokenGrantRequest(server, self, proof, fresh.refresh_token, plain)
      .then((answer) => oauth.processRefreshTokenResponse(server, self, answer)).then(() => 'refreshed', (error) => error.error)
    return { sub, email: person.email, scope: tokens.scope, changed: fresh.access_token !== tokens.access_token, active: told.active, after, api: api.sub }
  },
  async client_credentials() {
    const proof = proofs[settings.method]()
    const server = await discover()
    const tokens = await oauth.processClientCredentialsResponse(server, self, await oauth.clientCredentialsGrantRequest(server, self, proof, { scope: settings.scope }, plain))
    const told = await oauth.processIntrospectionResponse(server, self, await oauth.introspectionRequest(server, self, proof, tokens.access_token, plain))
    await judge(server, tokens.access_token)
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, self, proof, tokens.access_token, plain))
    return { scope: tokens.scope, type: tokens.token_type, active: told.active, clientId: told.client_id }
  },
})
