/** Asks for `action` in all workers. */
export type Ask = { readonly type: 'ask'; readonly id: number; readonly action: string; readonly given: unknown };
/** To be done by each of them. */
export type Do = { readonly type: 'do'; readonly id: number; readonly action: string; readonly given: unknown };
/** What came of it in one, or why nothing did. */
export type Outcome = { readonly value?: unknown; readonly error?: { readonly code: string; readonly message: string } };
export type Did = { readonly type: 'did'; readonly id: number } & Outcome;
/** What came of it in each. */
export type Answers = { readonly type: 'answers'; readonly id: number; readonly answers: readonly Outcome[] };
/** To drain and to end. */
export type Stop = { readonly type: 'stop' };

export type ToWorker = Do | Answers | Stop;
export type FromWorker = Ask | Did;
