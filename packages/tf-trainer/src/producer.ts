import { createRequire } from 'node:module';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/** Who made an artifact. */
export const producer = `tf-trainer@${version}`;
