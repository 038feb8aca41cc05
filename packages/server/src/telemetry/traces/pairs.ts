/**
 * Names and values as OpenTelemetry's variables have them, in the form of W3C baggage.
 *
 *     readPairs('team=ml,region=eu%20west')   // { team: 'ml', region: 'eu west' }
 *
 * @throws Error that names what is no pair
 */
export function readPairs(text: string): Readonly<Record<string, string>> {
  const entries = text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map((each): [string, string] => {
      const at = each.indexOf('=');
      if (at < 1) throw new Error(`"${each.slice(0, 40)}" is no name=value`);
      try {
        return [decodeURIComponent(each.slice(0, at).trim()), decodeURIComponent(each.slice(at + 1).trim())];
      } catch {
        throw new Error(`the value of "${each.slice(0, at)}" is not percent-encoded`);
      }
    });
  return Object.fromEntries(entries);
}
