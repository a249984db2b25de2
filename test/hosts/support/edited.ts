import type { NativeEdit } from '../../../server/src/hosts/migration.js';

/** A text with edits made in it. */
export function edited(text: string, edits: readonly NativeEdit[]): string {
  return [...edits]
    .sort((one, other) => other.span.start - one.span.start)
    .reduce((whole, { span, text: put }) => whole.slice(0, span.start) + put + whole.slice(span.end), text);
}
