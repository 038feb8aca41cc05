import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const modules = {
  grpcurl: 'github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4',
  'grpc-health-probe': 'github.com/grpc-ecosystem/grpc-health-probe@v0.4.62',
} as const;

const bin = join(homedir(), '.cache/switchyard/bin');
const env = { ...process.env, PATH: [process.env['PATH'], '/usr/local/go/bin'].join(delimiter), GOBIN: bin };

/** The path of a program that is written in Go, built into the user's cache where it is not there yet. @throws Error where there is no Go */
export function goProgram(name: keyof typeof modules): string {
  const path = join(bin, name);
  if (existsSync(path)) return path;
  if (spawnSync('go', ['version'], { env }).status !== 0) throw new Error(`${name} is built with Go, which is not installed`);
  execFileSync('go', ['install', modules[name]], { env, stdio: 'inherit' });
  return path;
}
