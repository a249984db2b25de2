import { type CompletionItem, CompletionItemKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analysis } from '../../analysis/analyze.js';
import { placeOf } from '../../analysis/positions.js';
import type { Position } from '../../analysis/positions.js';
import type { RuleSummary } from '../messages/messages.js';

/** A comment for Airlock up to the list of its rules, in SQL and in code. */
const directive = /(?:--|\/\*|\/\/|#)\s*airlock-ignore(?:-file)?\s+(?:[\w-]+[\s,]+)*([\w-]*)$/;

/** The line up to the cursor, where rules of a suppression are typed there. */
export function ruleTypedAt(document: TextDocument, { line, character }: Position): string | undefined {
  const before = document.getText({ start: { line, character: 0 }, end: { line, character } });
  return directive.exec(before)?.[1];
}

/** The rules that can be ignored at a place, those that report something below it first. */
export function ruleItems(
  document: TextDocument,
  position: Position,
  typed: string,
  rules: readonly RuleSummary[],
  analysis: Analysis | undefined,
): CompletionItem[] {
  const offset = document.offsetAt(position);
  const below = analysis?.findings.filter((finding) => placeOf(analysis, finding.span).start > offset) ?? [];
  const near = new Map<string, number>();
  for (const { rule } of below) if (!near.has(rule)) near.set(rule, near.size);
  const range = { start: { line: position.line, character: position.character - typed.length }, end: position };
  return rules.map(({ id, category, summary }) => {
    const place = near.get(id);
    return {
      label: id,
      kind: CompletionItemKind.Constant,
      detail: place === undefined ? category : `${category} · reported below`,
      documentation: summary,
      sortText: place === undefined ? `1${id}` : `0${String(place).padStart(6, '0')}`,
      textEdit: { range, newText: id },
    };
  });
}
