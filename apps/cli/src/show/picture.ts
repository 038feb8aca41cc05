const levels = [' ', '░', '▒', '▓', '█'];

/**
 * A grey picture as text, two characters a pixel so that it keeps its proportions in a terminal.
 * @param pixels row-major, 0 to 1, `width × height` of them.
 */
export function drawPicture(pixels: ArrayLike<number>, width: number, height: number): string {
  const lines: string[] = [];
  for (let y = 0; y < height; y++) {
    let line = '';
    for (let x = 0; x < width; x++) line += levels[Math.min(4, Math.max(0, Math.round(pixels[y * width + x]! * 4)))]!.repeat(2);
    lines.push(line.trimEnd());
  }
  while (lines.length > 0 && lines[0] === '') lines.shift();
  while (lines.length > 0 && lines.at(-1) === '') lines.pop();
  return lines.join('\n');
}

/** One bar a class; the best one is marked. */
export function drawProbabilities(names: readonly string[], values: readonly number[]): string {
  const best = values.indexOf(Math.max(...values));
  const width = Math.max(...names.map((name) => name.length));
  return values
    .map((value, at) => {
      const bar = '█'.repeat(Math.round(value * 40)).padEnd(40);
      return `${at === best ? '→' : ' '} ${names[at]!.padEnd(width)}  ${bar}  ${(value * 100).toFixed(1).padStart(5)} %`;
    })
    .join('\n');
}
