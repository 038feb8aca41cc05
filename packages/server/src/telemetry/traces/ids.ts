import { randomFillSync } from 'node:crypto';

const pool = Buffer.allocUnsafeSlow(8192); // one system call an id would cost more than the id
let used = pool.length;

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const hex = pool.toString('hex', used, used + bytes);
  used += bytes;
  return /[^0]/.test(hex) ? hex : randomHex(bytes); // all zeros is no id
}

/** 32 random hexadecimal digits. */
export const newTraceId = (): string => randomHex(16);

/** 16 random hexadecimal digits. */
export const newSpanId = (): string => randomHex(8);
