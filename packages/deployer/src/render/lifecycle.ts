type Fields = Readonly<Record<string, unknown>>;

/**
 * Endpoints are withdrawn while a pod that is to stop still answers: the router stops listening after 5 s, its units after 10 s, so that a
 * request under way in the router still finds them. Both then finish what they have, for up to 15 s.
 */
const waits = { router: 5, unit: 10 };

/** What fits all that: the longest wait, the longest drain, and some time to spare. */
export const leastGrace = 40;

/** Waits before SIGTERM by the kubelet itself: no shell in the image. What the manifest has comes first. */
export function lifecycle(part: keyof typeof waits, written?: unknown): Fields {
  return { preStop: { sleep: { seconds: waits[part] } }, ...(written as Fields | undefined) };
}
