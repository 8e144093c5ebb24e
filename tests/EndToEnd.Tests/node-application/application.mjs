// Verifies `Authorization` as an application behind a reverse proxy does, and answers what it learned.
// Asymmetric tenants: `jose` over the tenant's published keys, and `jsonwebtoken` over the same key. HS256 tenants: `jsonwebtoken` with the shared secret.
import http from 'node:http';
import { createLocalJWKSet, exportSPKI, importJWK, jwtVerify } from 'jose';
import jwt from 'jsonwebtoken';

const server = new URL(process.env.SERVER);
const loginHost = process.env.LOGIN_HOST;
const secret = process.env.JWT_SECRET;
const expected = { issuer: process.env.ISSUER, audience: process.env.AUDIENCE };
if (!expected.issuer || !expected.audience) throw new Error('ISSUER and AUDIENCE say whose tokens are taken');

function publishedKeys() {
  return new Promise((resolve, reject) => {
    http.get({ host: server.hostname, port: server.port, path: '/.well-known/jwks.json', headers: { host: loginHost } }, (answer) => {
      let text = '';
      answer.on('data', (part) => { text += part; });
      answer.on('end', () => (answer.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(`keys: ${answer.statusCode} ${text}`))));
    }).on('error', reject);
  });
}

async function verify(token) {
  const algorithm = jwt.decode(token, { complete: true })?.header.alg;
  if (algorithm === 'HS256') {
    return { by: ['jsonwebtoken'], claims: jwt.verify(token, secret, { algorithms: ['HS256'], ...expected }) };
  }

  const keys = await publishedKeys();
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys), { algorithms: ['RS256', 'PS256', 'ES256'], ...expected });
  const jwk = keys.keys.find((key) => key.kid === protectedHeader.kid);
  const pem = await exportSPKI(await importJWK(jwk, protectedHeader.alg, { extractable: true }));
  jwt.verify(token, pem, { algorithms: [protectedHeader.alg], ...expected });
  return { by: ['jose', 'jsonwebtoken'], claims: payload };
}

const application = http.createServer(async (request, response) => {
  response.setHeader('Content-Type', 'application/json');
  try {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ');
    if (scheme !== 'Bearer' || !token) throw new Error('no bearer token');
    response.end(JSON.stringify(await verify(token)));
  } catch (problem) {
    response.statusCode = 401;
    response.end(JSON.stringify({ problem: problem.message }));
  }
});

application.listen(0, '127.0.0.1', () => console.log(`listening ${application.address().port}`));
