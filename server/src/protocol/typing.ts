import type { TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analysis } from '../analysis/analyze.js';
import type { Finding } from '../analysis/finding.js';
import { fileTextOf, placeOf } from '../analysis/positions.js';

/** How long a person rests before a half-written statement counts as meant, in ms. */
export const restMs = 1000;

/**
 * Where people type. A statement that is being typed is a syntax error with nearly every key, which says nothing, so
 * what its author has not finished is not shown as one: until it is saved, until something is typed elsewhere, or
 * after a moment of rest. All other findings are shown at once.
 */
export interface Typing {
  /** The findings without the syntax errors of the statement that is being typed. */
  calm(uri: string, analysis: Analysis): readonly Finding[];
  /** True while something is being typed in a document; what is held back is shown at rest. */
  holds(uri: string): boolean;
  /** Calls `show` for a document whose author rests and in which something was held back. */
  onRest(show: (uri: string) => void): void;
  /** Nothing is shown from now on: the session ends. */
  stop(): void;
}

interface Typed {
  text: string;
  /** Behind what was typed last; undefined at rest. */
  at: number | undefined;
  /** True when something was held back, so that it has to be shown at rest. */
  held: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Made once for a connection. */
export function createTyping(documents: TextDocuments<TextDocument>): Typing {
  const atRest: ((uri: string) => void)[] = [];
  const known = new Map<string, Typed>();
  const rest = (uri: string): void => {
    const typed = known.get(uri);
    if (!typed) return;
    clearTimeout(typed.timer);
    const { held } = typed;
    Object.assign(typed, { at: undefined, held: false, timer: undefined });
    if (held) for (const show of atRest) show(uri);
  };
  documents.onDidOpen(({ document }) => {
    known.set(document.uri, { text: document.getText(), at: undefined, held: false, timer: undefined });
  });
  documents.onDidChangeContent(({ document }) => {
    const typed = known.get(document.uri);
    const text = document.getText();
    if (!typed || typed.text === text) return;
    typed.at = endOfChange(typed.text, text);
    typed.text = text;
    clearTimeout(typed.timer);
    typed.timer = setTimeout(() => rest(document.uri), restMs);
  });
  documents.onDidSave(({ document }) => rest(document.uri));
  documents.onDidClose(({ document }) => {
    clearTimeout(known.get(document.uri)?.timer);
    known.delete(document.uri);
  });
  return {
    onRest: (show) => atRest.push(show),
    holds(uri) {
      const typed = known.get(uri);
      if (typed?.at === undefined) return false;
      typed.held = true;
      return true;
    },
    stop() {
      for (const { timer } of known.values()) clearTimeout(timer);
      known.clear();
    },
    calm(uri, analysis) {
      const { findings, steps } = analysis;
      const typed = known.get(uri);
      if (typed?.at === undefined || typed.text !== fileTextOf(analysis)) return findings;
      const { at, text } = typed;
      const isUnfinished = ({ rule, step, span }: Finding): boolean => {
        if (rule !== 'no-syntax-error') return false;
        const whole = step === undefined ? span : (steps.find(({ top }) => top === step.top) ?? step).span;
        const { start, end } = placeOf(analysis, whole);
        // Without its semicolon the statement runs on, and the error stands at the beginning of the next one.
        return start <= at
          ? !/\S/.test(text.slice(end, at))
          : !text.slice(at, placeOf(analysis, span).start).includes(';');
      };
      const calm = findings.filter((finding) => !isUnfinished(finding));
      if (calm.length < findings.length) typed.held = true;
      return calm;
    },
  };
}

/** Where the change between two texts ends, in the later one. */
export function endOfChange(before: string, after: string): number {
  let same = 0;
  const most = Math.min(before.length, after.length);
  while (same < most && before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same))
    same++;
  return after.length - same;
}
