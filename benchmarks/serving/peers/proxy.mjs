// A proxy by node:http and its keep-alive agent, bodies piped through: what a team would write first. proxy.mjs UPSTREAM_PORT
import http from 'node:http';

const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
const port = Number(process.argv[2]);
const server = http.createServer((request, response) => {
  const { method, url: path, headers } = request;
  const upstream = http.request({ host: '127.0.0.1', port, method, path, headers, agent }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  upstream.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
  request.pipe(upstream);
});
server.listen(0, '127.0.0.1', () => process.send({ ready: true, httpPort: server.address().port }));
process.on('disconnect', () => process.exit(0));
