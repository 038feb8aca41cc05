/** Lines that stay, go or come, in order. */
type Change = { readonly sign: ' ' | '-' | '+'; readonly line: string };

const context = 3;

/**
 * What makes one text of another, as `diff -u` shows it, without file names; empty where they are the same.
 *
 * @example
 *     unifiedDiff('a\nb\n', 'a\nc\n')   // '@@ -1,2 +1,2 @@\n a\n-b\n+c'
 */
export function unifiedDiff(before: string, after: string): string {
  const changes = compare(lines(before), lines(after));
  return hunks(changes).join('\n');
}

const lines = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

/** By the longest common subsequence, from a table of its lengths. Manifests have some hundred lines. */
function compare(before: readonly string[], after: readonly string[]): Change[] {
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      common[i * width + j] =
        before[i] === after[j] ? common[(i + 1) * width + j + 1]! + 1 : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
  const changes: Change[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      changes.push({ sign: ' ', line: before[i]! });
      i++;
      j++;
    } else if (j >= after.length || (i < before.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!))
      changes.push({ sign: '-', line: before[i++]! });
    else changes.push({ sign: '+', line: after[j++]! });
  }
  return changes;
}

/** Changes with some lines around them; those that lie close are one hunk. */
function hunks(changes: readonly Change[]): string[] {
  const shown = changes.map((_, at) => changes.slice(Math.max(0, at - context), at + context + 1).some((each) => each.sign !== ' '));
  const result: string[] = [];
  let [before, after] = [1, 1];
  for (let at = 0; at < changes.length;) {
    const end = shown.indexOf(!shown[at], at);
    const part = changes.slice(at, end < 0 ? changes.length : end);
    const [removed, added] = [part.filter((each) => each.sign !== '+').length, part.filter((each) => each.sign !== '-').length];
    if (shown[at]) {
      result.push(`@@ -${range(before, removed)} +${range(after, added)} @@`);
      for (const { sign, line } of part) result.push(`${sign}${line}`);
    }
    before += removed;
    after += added;
    at += part.length;
  }
  return result;
}

/** A count of 1 is left out; an empty range names the line before it, as POSIX has it. */
const range = (first: number, count: number): string => (count === 1 ? `${first}` : `${count === 0 ? first - 1 : first},${count}`);
