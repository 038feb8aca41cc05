import * as z from 'zod';

const secret = z
  .string()
  .regex(/^([a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?)?$/, 'not the name of a Secret')
  .default('');
const key = (standard: string) =>
  z
    .string()
    .regex(/^[-._a-zA-Z0-9]{0,253}$/, 'not a key of a Secret')
    .default(standard);

/** Who may ask what is served, and how: docs/security.md. Secrets are looked for in the namespace of each deployment. */
export const securityOptions = z
  .strictObject({
    credentials: z
      .strictObject({
        secret: secret.describe('Secret with files of credentials. All is open, unless given.'),
        predict: key('predict').describe(
          'Its key with those of predictions; and of feedback and administration that have none of their own.',
        ),
        feedback: key('').describe('Its key with those of feedback.'),
        admin: key('').describe('Its key with those of loading, unloading, pause and unpause.'),
        units: key('').describe('Its key with what routers show our runtimes, which then ask for it. These are open, unless given.'),
      })
      .prefault({})
      .refine(({ secret: name, predict, feedback, admin, units }) => name === '' || `${predict}${feedback}${admin}${units}` !== '', {
        message: 'no key of the Secret is used',
      }),
    tls: z
      .strictObject({
        secret: secret.describe('Secret of the type kubernetes.io/tls: routers then take TLS alone. None, unless given.'),
        clientCaSecret: secret.describe('Secret with authorities of clients in its key ca.crt: each must show a certificate of theirs.'),
      })
      .prefault({})
      .refine((tls) => tls.secret !== '' || tls.clientCaSecret === '', { message: 'clientCaSecret needs secret, with a certificate' }),
    unitTls: z
      .strictObject({
        secret: secret.describe('Secret of the type kubernetes.io/tls, with ca.crt: our runtimes take TLS alone. None, unless given.'),
        serverName: z.string().default('').describe('A name that its certificate is for. 127.0.0.1, unless given.'),
        mutual: z.boolean().default(false).describe('Runtimes ask for a certificate of the same authority, and routers show the same one.'),
      })
      .prefault({})
      .refine((tls) => tls.secret !== '' || (tls.serverName === '' && !tls.mutual), {
        message: 'serverName and mutual need secret, with a certificate',
      }),
  })
  .describe('Credentials and certificates, of Secrets.');

export type SecurityOptions = z.infer<typeof securityOptions>;
