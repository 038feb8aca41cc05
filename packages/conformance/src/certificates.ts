import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An authority of its own, and certificates by it, made by openssl in a folder of their own. */
export function authority() {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Test authority');
  return {
    folder,
    ca: at('ca.pem'),
    /** Writes `<name>.pem` and `<name>.key`, over what is there; `names` are those that the certificate is for. */
    issue(name: string, names = 'IP:127.0.0.1,DNS:localhost') {
      writeFileSync(at('names'), `subjectAltName=${names}\n`);
      openssl('req', ...key, '-keyout', 'next.key', '-out', `${name}.csr`, '-subj', `/CN=${name}`);
      openssl(
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca.key',
        '-CAcreateserial',
        '-out',
        'next.pem',
        '-days',
        '2',
        '-extfile',
        'names',
      );
      for (const end of ['pem', 'key']) writeFileSync(at(`${name}.${end}`), readFileSync(at(`next.${end}`)));
      return { cert: at(`${name}.pem`), key: at(`${name}.key`) };
    },
  };
}
