/** What the SQL of a call needs and nobody knows without running it; the message is a clause. */
export class NotKnown extends Error {}

/** Ends the reading of a call. */
export function notKnown(reason: string): never {
  throw new NotKnown(reason);
}
