import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { authority } from '@switchyard/conformance';
import { expect, onTestFinished, test, vi } from 'vitest';
import { mountedSecret, type MountedSecret } from '../fixtures/mounted-secret.ts';
import { linearPredictor, serveLocally } from '../fixtures/serving.ts';
import { silentLogger } from '../log.ts';
import { createGate } from './gate.ts';
import { openTls } from './tls.ts';

function mounted(data: Parameters<typeof mountedSecret>[0]): MountedSecret {
  const secret = mountedSecret(data);
  onTestFinished(secret.remove);
  return secret;
}

test('credentials of a mounted Secret change as the kubelet changes its links', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const secret = mounted({ predict: 'old', feedback: 'old-judge' });
  const files = { predict: join(secret.folder, 'predict'), feedback: join(secret.folder, 'feedback') };
  const gate = createGate(files, silentLogger);
  const lets = (area: 'predict' | 'feedback', token: string): boolean => {
    try {
      gate(area, `Bearer ${token}`);
      return true;
    } catch {
      return false;
    }
  };
  secret.change({ predict: 'new', feedback: 'new-judge' });
  vi.advanceTimersByTime(5000);
  expect([lets('predict', 'old'), lets('predict', 'new'), lets('feedback', 'old-judge'), lets('feedback', 'new-judge')]).toEqual([
    false,
    true,
    false,
    true,
  ]);
  secret.change({ predict: 'third', feedback: 'third-judge' });
  vi.advanceTimersByTime(5000);
  expect([lets('predict', 'new'), lets('predict', 'third')]).toEqual([false, true]);
});

test('a server shows the certificate of a mounted Secret as the kubelet changes its links', async () => {
  const made = authority();
  onTestFinished(() => rmSync(made.folder, { recursive: true }));
  const filesOf = ({ cert, key }: { cert: string; key: string }) => ({ 'tls.crt': readFileSync(cert), 'tls.key': readFileSync(key) });
  const secret = mounted(filesOf(made.issue('server')));
  const tls = openTls({ cert: join(secret.folder, 'tls.crt'), key: join(secret.folder, 'tls.key') }, silentLogger, 20);
  const running = await serveLocally(linearPredictor(), { tls });
  onTestFinished(() => running.close());
  const ca = readFileSync(made.ca);
  const shown = (port: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, ca }, () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.destroy();
      }).on('error', reject);
    });
  const both = (): Promise<string[]> => Promise.all([running.httpPort, running.grpcPort].map(shown));
  for (let change = 0; change < 2; change++) {
    const before = await both();
    secret.change(filesOf(made.issue('server')));
    for (let now = before; now.some((each, at) => each === before[at]); now = await both()) await sleep(10);
  }
});
