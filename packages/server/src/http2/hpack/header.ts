/** A character of either stands for a byte. */
export type Header = readonly [name: string, value: string];

/** What a header takes beside its name and its value, in bytes, as both sides count it (RFC 7541, 4.1). */
const overhead = 32;

export const sizeOf = ([name, value]: Header): number => name.length + value.length + overhead;
