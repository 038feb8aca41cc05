import { setting, type Values } from '@switchyard/config';
import * as z from 'zod';

/** Which web pages may call a server: origins, and headers that they may send; `*` is any. */
export type Cors = { readonly origins: readonly string[]; readonly headers: readonly string[] };

export const corsSettings = {
  corsOrigins: setting(
    z.string().default('*'),
    'Web pages that may call this server: their origins, such as https://shop.example, separated by commas; * is any, none is no page at all.',
    { env: ['CORS_ALLOWED_ORIGINS'] },
  ),
  corsHeaders: setting(z.string().default('*'), 'Headers that they may send, separated by commas; * is any.', {
    env: ['CORS_ALLOWED_HEADERS'],
  }),
};

/** Of the values of `corsSettings`. */
export function readCors({ corsOrigins, corsHeaders }: Values<typeof corsSettings>): Cors {
  const list = (text: string): string[] => text.split(',').flatMap((part) => part.trim() || []);
  return { origins: corsOrigins.trim() === 'none' ? [] : list(corsOrigins), headers: list(corsHeaders) };
}
