// Tells how an application on Node understands a request: the path as its router sees it, and the headers by the names of CGI.
import http from 'node:http';

http.createServer((request, response) => {
  const names = [];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    names.push(`HTTP_${request.rawHeaders[at].toUpperCase().replaceAll('-', '_')}: ${request.rawHeaders[at + 1]}`);
  }
  let path;
  try {
    path = decodeURIComponent(new URL(request.url, 'http://application').pathname);
  } catch {
    path = '/not-a-path';
  }
  response.setHeader('Connection', 'close');
  response.end(`target: ${request.url}\npath: ${path}\n${names.join('\n')}\n`);
}).listen(Number(process.env.PORT), '127.0.0.1');
