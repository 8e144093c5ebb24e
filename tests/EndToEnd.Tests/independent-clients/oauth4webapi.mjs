// oauth4webapi, step by step: every answer is processed by the library, which refuses what its standard does not allow.
import * as oauth from 'oauth4webapi'
import { browse, privateKey, run, settings, show } from './conversation.mjs'

const plain = { [oauth.allowInsecureRequests]: true }
const self = { client_id: settings.clientId }
const proofs = {
  client_secret_basic: () => oauth.ClientSecretBasic(settings.secret),
  client_secret_post: () => oauth.ClientSecretPost(settings.secret),
  client_secret_jwt: () => oauth.ClientSecretJwt(settings.secret),
  private_key_jwt: async () => oauth.PrivateKeyJwt({ key: await privateKey(), kid: settings.jwk.kid }),
  none: () => oauth.None(),
}

async function discover() {
  const issuer = new URL(settings.issuer)
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: settings.discovery ?? 'oidc', ...plain }))
}

/** A request with the nonce the server asked for by its first answer, as the library's manual shows it (RFC 9449 §8). */
async function withNonce(ask, process) {
  return process(await ask()).catch(async (error) => {
    if (!oauth.isDPoPNonceError(error)) throw error
    return process(await ask())
  })
}

async function logIn(server, proof, { more = {}, isPushed = false, DPoP } = {}) {
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const expectedNonce = oauth.generateRandomNonce()
  let request = {
    client_id: self.client_id,
    redirect_uri: settings.redirectUri,
    response_type: 'code',
    scope: settings.scope,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce: expectedNonce,
    ...more,
  }
  const options = { ...plain, DPoP }
  if (isPushed) {
    const { request_uri } = await withNonce(
      () => oauth.pushedAuthorizationRequest(server, self, proof, request, options),
      (answer) => oauth.processPushedAuthorizationResponse(server, self, answer))
    request = { client_id: self.client_id, request_uri }
  }
  const address = new URL(server.authorization_endpoint)
  address.search = new URLSearchParams(request)
  const back = await browse(address)
  const callback = oauth.validateAuthResponse(server, self, back instanceof Request ? await back.formData().then((form) => new URLSearchParams([...form])) : back, state)
  let answer
  const tokens = await withNonce(
    async () => (answer = await oauth.authorizationCodeGrantRequest(server, self, proof, callback, settings.redirectUri, verifier, options)),
    () => oauth.processAuthorizationCodeResponse(server, self, answer, { expectedNonce, requireIdToken: true }))
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
    const proof = await proofs[settings.method]()
    const server = await discover()
    const tokens = await logIn(server, proof)
    const { sub } = oauth.getValidatedIdTokenClaims(tokens)
    const person = await oauth.processUserInfoResponse(server, self, sub, await oauth.userInfoRequest(server, self, tokens.access_token, plain))
    const fresh = await oauth.processRefreshTokenResponse(server, self, await oauth.refreshTokenGrantRequest(server, self, proof, tokens.refresh_token, plain))
    const api = await judge(server, fresh.access_token)
    const told = settings.method !== 'none'
      ? await oauth.processIntrospectionResponse(server, self, await oauth.introspectionRequest(server, self, proof, fresh.access_token, plain))
      : { active: true }
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, self, proof, fresh.refresh_token, plain))
    const after = await oauth.refreshTokenGrantRequest(server, self, proof, fresh.refresh_token, plain)
      .then((answer) => oauth.processRefreshTokenResponse(server, self, answer)).then(() => 'refreshed', (error) => error.error)
    return { sub, email: person.email, scope: tokens.scope, changed: fresh.access_token !== tokens.access_token, active: told.active, after, api: api.sub }
  },
  async client_credentials() {
    const proof = await proofs[settings.method]()
    const server = await discover()
    const tokens = await oauth.processClientCredentialsResponse(server, self, await oauth.clientCredentialsGrantRequest(server, self, proof, { scope: settings.scope }, plain))
    const told = await oauth.processIntrospectionResponse(server, self, await oauth.introspectionRequest(server, self, proof, tokens.access_token, plain))
    await judge(server, tokens.access_token)
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, self, proof, tokens.access_token, plain))
    return { scope: tokens.scope, type: tokens.token_type, active: told.active, clientId: told.client_id }
  },
  async password() {
    const proof = await proofs[settings.method]()
    const server = await discover()
    const { username, password, scope } = settings
    const ask = async (word) => oauth.processGenericTokenEndpointResponse(server, self, await oauth.genericTokenEndpointRequest(server, self, proof, 'password', { username, password: word, scope }, plain))
    const tokens = await ask(password)
    const { sub } = oauth.getValidatedIdTokenClaims(tokens)
    const person = await oauth.processUserInfoResponse(server, self, sub, await oauth.userInfoRequest(server, self, tokens.access_token, plain))
    const wrong = await ask('wrong').then(() => 'told', (error) => error.error)
    return { sub, email: person.email, refresh: tokens.refresh_token ?? 'none', wrong }
  },
  async signed_introspection() {
    const proof = await proofs[settings.method]()
    const server = await discover()
    const tokens = await oauth.processClientCredentialsResponse(server, self, await oauth.clientCredentialsGrantRequest(server, self, proof, { scope: settings.scope }, plain))
    const answer = await oauth.introspectionRequest(server, self, proof, tokens.access_token, { requestJwtResponse: true, ...plain })
    const told = await oauth.processIntrospectionResponse(server, self, answer)
    await oauth.validateApplicationLevelSignature(server, answer, plain)
    return { active: told.active, scope: told.scope }
  },
  async form_post() {
    const tokens = await logIn(await discover(), await proofs[settings.method](), { more: { response_mode: 'form_post' } })
    return { sub: oauth.getValidatedIdTokenClaims(tokens).sub }
  },
  async pushed() {
    const tokens = await logIn(await discover(), await proofs[settings.method](), { isPushed: true })
    return { sub: oauth.getValidatedIdTokenClaims(tokens).sub }
  },
  async dpop() {
    const proof = await proofs[settings.method]()
    const server = await discover()
    const DPoP = oauth.DPoP(self, await oauth.generateKeyPair('ES256'))
    const options = { ...plain, DPoP }
    const tokens = await logIn(server, proof, { isPushed: true, DPoP })
    const { sub } = oauth.getValidatedIdTokenClaims(tokens)
    const person = await withNonce(
      () => oauth.userInfoRequest(server, self, tokens.access_token, options),
      (answer) => oauth.processUserInfoResponse(server, self, sub, answer))
    const fresh = await withNonce(
      () => oauth.refreshTokenGrantRequest(server, self, proof, tokens.refresh_token, options),
      (answer) => oauth.processRefreshTokenResponse(server, self, answer))
    const bearer = await oauth.userInfoRequest(server, self, fresh.access_token, plain)
    return { sub: person.sub, type: tokens.token_type, fresh: fresh.token_type, bearer: `${bearer.status}` }
  },
  async device() {
    const proof = await proofs[settings.method]()
    const server = await discover()
    const device = await oauth.processDeviceAuthorizationResponse(server, self, await oauth.deviceAuthorizationRequest(server, self, proof, { scope: settings.scope }, plain))
    const ask = async () => oauth.processDeviceCodeResponse(server, self, await oauth.deviceCodeGrantRequest(server, self, proof, device.device_code, plain))
    const early = await ask().then(() => 'told', (error) => error.error)
    await show(device.verification_uri_complete)
    await new Promise((resolve) => setTimeout(resolve, device.interval * 1000))
    const tokens = await ask()
    const fresh = await oauth.processRefreshTokenResponse(server, self, await oauth.refreshTokenGrantRequest(server, self, proof, tokens.refresh_token, plain))
    return { sub: oauth.getValidatedIdTokenClaims(tokens).sub, early, refreshed: fresh.token_type }
  },
  async exchange() {
    const proof = await proofs[settings.method]()
    const server = await discover()
    const subject = await logIn(server, proof)
    const actor = await oauth.processClientCredentialsResponse(server, self, await oauth.clientCredentialsGrantRequest(server, self, proof, {}, plain))
    const accessToken = 'urn:ietf:params:oauth:token-type:access_token'
    const tokens = await oauth.processGenericTokenEndpointResponse(server, self, await oauth.genericTokenEndpointRequest(
      server, self, proof, 'urn:ietf:params:oauth:grant-type:token-exchange', {
        subject_token: subject.access_token,
        subject_token_type: accessToken,
        actor_token: actor.access_token,
        actor_token_type: accessToken,
        audience: 'stock',
      }, plain))
    const told = await oauth.validateJwtAccessToken(server, new Request('https://stock.test/', { headers: { authorization: `Bearer ${tokens.access_token}` } }), 'stock', plain)
    return { sub: told.sub, actor: told.act.client_id, audience: told.aud, issued: tokens.issued_token_type }
  },
})
