import { CodeActionTriggerKind } from 'vscode-languageserver';
import type { CodeActionContext, Position, Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Span } from '../sql/span.js';
import { fixAllKind } from './to-lsp.js';

export function toSpan(document: TextDocument, range: Range): Span {
  return { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
}

export function toOffset(document: TextDocument, position: Position): number {
  return document.offsetAt(position);
}

/** Which code actions a client asks for. */
export interface AskedFor {
  readonly quickFixes: boolean;
  readonly fixAll: boolean;
  /** True for the lightbulb and its key; false for code actions on save. */
  readonly byHand: boolean;
}

/** Reads `only` and the trigger: a kind asks for itself and for every kind below it ("source" for "source.fixAll"). */
export function askedFor({ only, triggerKind }: CodeActionContext): AskedFor {
  const asks = (kind: string): boolean => only?.some((one) => kind === one || kind.startsWith(`${one}.`)) ?? false;
  return {
    quickFixes: only === undefined || asks('quickfix'),
    // Not in the lightbulb's list: "fix all" is a source action, and stays behind its own key and on save.
    fixAll: asks(fixAllKind),
    byHand: only === undefined || triggerKind === CodeActionTriggerKind.Invoked,
  };
}
