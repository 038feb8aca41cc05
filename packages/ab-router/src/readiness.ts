import type { NotReady } from '@switchyard/server';

const maxAgeMs = 1000;

/**
 * Remembers an answer for a second, and asks once for all who want to know at the same time: probes of many kinds ask often,
 * and each question would be a request to the unit.
 */
export function remembered(ask: () => Promise<true | NotReady>): () => Promise<true | NotReady> {
  let asked: { at: number; answer: Promise<true | NotReady> } | undefined;
  return () => {
    const now = performance.now();
    if (asked === undefined || now - asked.at > maxAgeMs) asked = { at: now, answer: ask() };
    return asked.answer;
  };
}
