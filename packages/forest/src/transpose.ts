const block = 32; // rows and columns that are read and written together, so that both sides stay in the cache

/** Writes the cells of rows column by column. */
export function transpose(byRow: Uint8Array, rows: number, columns: number, byColumn: Uint8Array): void {
  const inWords = rows % 4 === 0;
  const words = new Uint32Array(byColumn.buffer as ArrayBuffer, byColumn.byteOffset, inWords ? byColumn.length / 4 : 0);
  for (let top = 0; top < rows; top += block) {
    const bottom = Math.min(rows, top + block);
    for (let left = 0; left < columns; left += block) {
      const right = Math.min(columns, left + block);
      if (inWords) moveWords(byRow, words, rows, columns, top, bottom, left, right);
      else moveBytes(byRow, byColumn, rows, columns, top, bottom, left, right);
    }
  }
}

/** Four rows at once; the first is the lowest byte of a word, as on all machines that Node runs on. */
function moveWords(
  byRow: Uint8Array,
  words: Uint32Array,
  rows: number,
  columns: number,
  top: number,
  bottom: number,
  left: number,
  right: number,
): void {
  for (let column = left; column < right; column++) {
    let at = top * columns + column;
    let word = (column * rows + top) / 4;
    for (let row = top; row < bottom; row += 4) {
      words[word++] =
        (byRow[at] as number) |
        ((byRow[at + columns] as number) << 8) |
        ((byRow[at + 2 * columns] as number) << 16) |
        ((byRow[at + 3 * columns] as number) << 24);
      at += 4 * columns;
    }
  }
}

function moveBytes(
  byRow: Uint8Array,
  byColumn: Uint8Array,
  rows: number,
  columns: number,
  top: number,
  bottom: number,
  left: number,
  right: number,
): void {
  for (let column = left; column < right; column++) {
    for (let row = top; row < bottom; row++) byColumn[column * rows + row] = byRow[row * columns + column] as number;
  }
}
