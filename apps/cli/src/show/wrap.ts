/**
 * Prose in lines of at most `width` characters, broken between words; what follows the first line is indented by two more than it.
 * A word that is longer than a line stays whole, so that a path or an address can be copied.
 */
export function wrap(text: string, width = process.stdout.columns ?? 80): string {
  const indent = /^\s*/.exec(text)![0];
  const lines: string[] = [];
  let line = indent;
  for (const word of text.trim().split(' ')) {
    const glue = line.trim() === '' ? '' : ' ';
    if (glue && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `${indent}  ${word}`;
    } else line += glue + word;
  }
  return [...lines, line].join('\n');
}
