import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { message, node, start, type Child } from '../lib/process.ts';
import { freePort, type Server } from '../main-job/servers.ts';

/** Splits requests between two ways to the same server, as an A/B test does, without learning anything of them. */
const proxies = {
  nginx: (port: number, upstream: string, folder: string) => ({
    file: 'nginx.conf',
    text: `
      daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr;
      events { worker_connections 1024; }
      http {
        access_log off; client_body_buffer_size 512k;
        client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
        upstream a { server ${upstream}; keepalive 64; }
        upstream b { server ${upstream}; keepalive 64; }
        split_clients "$request_id" $arm { 50% a; * b; }
        server {
          listen 127.0.0.1:${port}; keepalive_requests 1000000;
          location / { proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass http://$arm; }
        }
      }`,
    args: ['-e', 'stderr', '-p', folder, '-c', `${folder}/nginx.conf`],
  }),
  haproxy: (port: number, upstream: string, folder: string) => ({
    file: 'haproxy.cfg',
    text: `
global
  nbthread 1
  maxconn 1024
defaults
  mode http
  http-reuse always
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend in
  bind 127.0.0.1:${port}
  use_backend b if { rand(100) lt 50 }
  default_backend a
backend a
  server s ${upstream}
backend b
  server s ${upstream}
`,
    args: ['-q', '-db', '-f', `${folder}/haproxy.cfg`],
  }),
} as const;

export type ProxyName = keyof typeof proxies;

/** Which of them are installed, and which are not. */
export function installedProxies(): { installed: ProxyName[]; missing: ProxyName[] } {
  const names = Object.keys(proxies) as ProxyName[];
  const has = (name: ProxyName) => spawnSync(name, ['-v'], { env: withSbin() }).error === undefined;
  return { installed: names.filter(has), missing: names.filter((name) => !has(name)) };
}

export async function startProxy(name: ProxyName, upstream: Server): Promise<Server> {
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const port = await freePort();
  const { file, text, args } = proxies[name](port, new URL(upstream.http).host, folder);
  writeFileSync(join(folder, file), text);
  const child = start({ command: name, args, env: withSbin() });
  child.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const http = `http://127.0.0.1:${port}`;
  await answers(http, child);
  return { http, grpc: '', startSeconds: (performance.now() - began) / 1000, process: child };
}

/** The proxy of peers/proxy.mjs. */
export async function startNodeProxy(upstream: Server): Promise<Server> {
  const began = performance.now();
  const child = start(node(join(import.meta.dirname, 'peers/proxy.mjs'), [new URL(upstream.http).port]));
  const ready = (each: unknown): each is { httpPort: number } => (each as { httpPort?: number }).httpPort !== undefined;
  const { httpPort } = await message(child, ready);
  return { http: `http://127.0.0.1:${httpPort}`, grpc: '', startSeconds: (performance.now() - began) / 1000, process: child };
}

async function answers(http: string, child: Child): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    if (child.exitCode !== null) break;
    const answer = await fetch(http, { method: 'POST', body: '{}' }).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(20);
  }
  throw new Error(`${child.spawnargs.join(' ')} does not answer:\n${child.output()}`);
}

/** Debian keeps them where only root looks. */
const withSbin = (): Record<string, string> => ({ ...(process.env as Record<string, string>), PATH: `${process.env['PATH']}:/usr/sbin` });
