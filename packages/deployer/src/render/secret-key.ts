import * as z from 'zod';

const text = z.string().min(1);

/** A key of a Secret in the namespace of the deployment, from which a variable has its value. */
export const secretKey = z.strictObject({ secretKeyRef: z.strictObject({ name: text, key: text }) });
