import type { Diagnostic } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analysis } from '../analysis/analyze.js';
import { difference } from '../analysis/fix-edits.js';
import { hostLanguageOf, readsCode } from '../hosts/index.js';

/** True for code that its parser could not read as a whole: it is being typed, most of the time. */
export function isBrokenCode({ host, path, framework }: Analysis): boolean {
  return host ? host.code.isBroken : readsCode(framework.id) && hostLanguageOf(path) !== undefined;
}

/**
 * What was shown in code when it was last whole. A bracket that is open hides half a file from its parser, and with the
 * next key it is there again: what was found before stays, at the places to which it has moved.
 */
export class HeldFindings {
  private readonly last = new Map<string, { readonly document: TextDocument; readonly items: readonly Diagnostic[] }>();

  /** Remembers what is shown of a document. */
  keep(document: TextDocument, items: readonly Diagnostic[]): void {
    // The editor's own document goes on changing.
    const copy = TextDocument.create(document.uri, document.languageId, document.version, document.getText());
    this.last.set(document.uri, { document: copy, items });
  }

  forget(uri: string): void {
    this.last.delete(uri);
  }

  /** What was shown last, in the document as it is now; undefined where nothing was. */
  moved(document: TextDocument): Diagnostic[] | undefined {
    const known = this.last.get(document.uri);
    if (!known) return undefined;
    const edit = difference(known.document.getText(), document.getText());
    const { start, end } = edit?.span ?? { start: 0, end: 0 };
    const by = edit ? edit.text.length - (end - start) : 0;
    const at = (offset: number): number => (offset <= start ? offset : offset >= end ? offset + by : start);
    return known.items.map((each) => ({
      ...each,
      range: {
        start: document.positionAt(at(known.document.offsetAt(each.range.start))),
        end: document.positionAt(at(known.document.offsetAt(each.range.end))),
      },
    }));
  }
}
