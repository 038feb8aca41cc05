/** What to do about an engine's words, by what they have in common. The first that fits. */
const advice: readonly (readonly [pattern: RegExp, words: string])[] = [
  [
    /no space left on device|disk quota exceeded/i,
    "the engine's disk is full; `docker system prune` frees what is not used, or give it a larger volume",
  ],
  [
    /incorrect username or password|unauthorized: (?:authentication required|HTTP Basic)|no basic auth credentials|401 Unauthorized/i,
    'the registry does not accept the login: user or password is wrong or missing',
  ],
  [
    /denied: requested access|denied: |insufficient_scope|403 Forbidden/i,
    'the login may not do this there: it lacks the right, or the repository is another’s or does not exist',
  ],
  [
    /server gave HTTP response to HTTPS client/i,
    'the registry speaks plain HTTP; the engine must be started with --insecure-registry for it',
  ],
  [
    /x509: |certificate signed by unknown authority/i,
    "the engine does not trust the registry's certificate; its authority belongs into the engine's /etc/docker/certs.d",
  ],
  [/manifest (?:for \S+ not found|unknown)|not found: manifest unknown/i, 'the base image, or its tag, is not in its registry'],
  [/pull access denied|repository does not exist/i, 'the base image does not exist, or needs a login'],
  [
    /requires BuildKit/i,
    "this Dockerfile needs BuildKit, and this builds with the engine's classic builder; build it with `docker buildx` or buildctl",
  ],
  [/no such host|dial tcp|connection refused|i\/o timeout|TLS handshake timeout/i, 'the engine does not reach the registry'],
  [/toomanyrequests|rate limit/i, 'the registry refuses for now: too many requests; a login has a higher limit'],
];

/** An engine's words, after what they mean where that is known. */
export function explainEngine(words: string): string {
  const known = advice.find(([pattern]) => pattern.test(words));
  return known === undefined ? words.trim() : `${known[1]} (${words.trim()})`;
}
