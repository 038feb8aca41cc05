/** Why the bytes of a connection are no answer that is taken: they are none, or it is too large. */
export class HttpAnswerError extends Error {
  readonly tooLarge: boolean;
  constructor(message: string, tooLarge = false) {
    super(message);
    this.tooLarge = tooLarge;
  }
}

export const tooLarge = (limit: number): HttpAnswerError => new HttpAnswerError(`a body of more than ${limit} bytes`, true);
