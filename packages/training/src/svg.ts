/** A drawing of this size in pixels, on white, so that it reads on any page. */
export function svgDocument(width: number, height: number, title: string, body: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" font-family="sans-serif" font-size="12">`,
    `<title>${escapeXml(title)}</title>`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

export function svgText(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end' = 'start', more = ''): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"${more && ` ${more}`}>${escapeXml(text)}</text>`;
}

/** A rectangle; `title` is shown by the browser when it is pointed at. */
export function svgRect(x: number, y: number, width: number, height: number, fill: string, title = ''): string {
  const rect = `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${fill}"`;
  return title === '' ? `${rect}/>` : `${rect}><title>${escapeXml(title)}</title></rect>`;
}

/** From white for 0 to a deep blue for 1, or to red where it is an ill. */
export function shade(part: number, hue: 'blue' | 'red' = 'blue'): string {
  const end = hue === 'blue' ? [8, 48, 107] : [165, 15, 21];
  const depth = Math.sqrt(Math.max(0, Math.min(1, part))); // small ones shall be seen
  return `#${end.map((channel) => byte(255 + (channel - 255) * depth)).join('')}`;
}

/** Characters that XML does not have become the sign that something was there. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '�')
    .replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const byte = (channel: number): string => Math.round(channel).toString(16).padStart(2, '0');
const round = (length: number): number => Number(length.toFixed(2));
