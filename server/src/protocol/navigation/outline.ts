import { type DocumentSymbol, SymbolKind } from 'vscode-languageserver';
import type { Analysis } from '../../analysis/analyze.js';
import type { Positions } from '../../analysis/positions.js';
import type { Action } from '../../sql/action.js';
import type { Span } from '../../sql/span.js';
import type { Statement } from '../../sql/statement.js';
import { visibleLine } from '../../sql/visible.js';
import { withoutSecrets } from '../../sql/secrets.js';
import { namesOf, positionsIn } from '../../workspace/name-index.js';
import { badgeText, lockBadge, stepsOf } from './lock-badge.js';

/** The name of a statement in the outline is so long. */
const LONGEST_NAME = 60;

/** And what is done to a table, behind its name, so long. */
const LONGEST_CHANGE = 24;

const kinds: Partial<Record<Action['kind'], SymbolKind>> = {
  createTable: SymbolKind.Struct,
  createView: SymbolKind.Interface,
  createIndex: SymbolKind.Key,
  createFunction: SymbolKind.Function,
  createTrigger: SymbolKind.Event,
  createEnum: SymbolKind.Enum,
  createDomain: SymbolKind.TypeParameter,
  createSequence: SymbolKind.Number,
  createSchema: SymbolKind.Namespace,
  createExtension: SymbolKind.Package,
  doBlock: SymbolKind.Module,
  setVariable: SymbolKind.Property,
  transaction: SymbolKind.Operator,
};

/** The statements of a file with what each locks, below the sections of a file that goes both ways. */
export function outline(analysis: Analysis): DocumentSymbol[] {
  const up = statementSymbols(analysis);
  const { wayBack } = analysis;
  if (!wayBack || analysis.host) return up;
  return [...sectionSymbols(analysis, up, 'Up'), ...sectionSymbols(wayBack, statementSymbols(wayBack), 'Down')];
}

function sectionSymbols(analysis: Analysis, children: DocumentSymbol[], name: string): DocumentSymbol[] {
  const [first] = analysis.sections;
  const last = analysis.sections.at(-1);
  if (!first || !last) return children;
  const positions = positionsIn(analysis);
  const range = positions.range({ start: first.span.start, end: last.span.end });
  const [child] = children;
  const detail = first.mark === undefined ? '' : visibleLine(first.mark);
  return [
    {
      name,
      detail,
      kind: SymbolKind.Namespace,
      range,
      selectionRange:
        child && isWithin(child.selectionRange, range)
          ? child.selectionRange
          : { start: range.start, end: range.start },
      children: children.filter((each) => isWithin(each.range, range)),
    },
  ];
}

function isWithin(inner: DocumentSymbol['range'], outer: DocumentSymbol['range']): boolean {
  const isBefore = (one: { line: number; character: number }, other: { line: number; character: number }): boolean =>
    one.line < other.line || (one.line === other.line && one.character <= other.character);
  return isBefore(outer.start, inner.start) && isBefore(inner.end, outer.end);
}

function statementSymbols(analysis: Analysis): DocumentSymbol[] {
  const positions = positionsIn(analysis);
  return analysis.document.statements.map((statement, top) => symbolOf(statement, top, analysis, positions));
}

function symbolOf(statement: Statement, top: number, analysis: Analysis, positions: Positions): DocumentSymbol {
  const { span, fullEnd, parsed } = statement;
  const steps = stepsOf(analysis, top);
  const badge = lockBadge(steps, false);
  const [action] = parsed.actions;
  const made = namesOf(analysis.path, analysis.document).all.find(
    ({ top: of, use }) => of === top && (use.role === 'make' || use.role === 'replace') && use.of === undefined,
  );
  const isUnknown = steps.some(({ impact }) => !impact.known);
  const words = parsed.problem ? 'syntax error' : isUnknown ? 'lock not known' : '';
  const whole = { start: span.start, end: Math.max(span.end, fullEnd) };
  const own = made && made.use.isImplied !== true ? made : undefined;
  const altered = action && own === undefined ? alteredIn(action, statement) : undefined;
  const range = positions.range(whole);
  const selection = positions.range(own ?? firstWords(span, parsed.text));
  const children = action?.kind === 'createTable' ? columnsOf(analysis, top, positions) : [];
  return {
    name: own ? visibleLine(own.use.name) : (altered?.name ?? headOf(parsed.text, LONGEST_NAME)),
    detail: badge ? badgeText(badge, altered?.table) : words || (own?.use.what ?? ''),
    kind: (action && kinds[action.kind]) ?? SymbolKind.Event,
    range,
    selectionRange: isWithin(selection, range) ? selection : range,
    children: children.filter((each) => isWithin(each.range, range)),
  };
}

function columnsOf(analysis: Analysis, top: number, positions: Positions): DocumentSymbol[] {
  const { statements, text } = analysis.document;
  const [action] = statements[top]?.parsed.actions ?? [];
  if (action?.kind !== 'createTable') return [];
  const from = statements[top]?.span.start ?? 0;
  const at = (span: Span): Span => ({ start: span.start + from, end: span.end + from });
  return action.columns.map((column) => {
    const range = positions.range(at(column.span));
    const selectionRange = positions.range(at(column.nameSpan));
    return {
      name: visibleLine(column.name) || text.slice(at(column.nameSpan).start, at(column.nameSpan).end),
      detail: visibleLine(column.type?.text ?? ''),
      kind: SymbolKind.Field,
      range,
      selectionRange: isWithin(selectionRange, range) ? selectionRange : range,
    };
  });
}

function firstWords({ start }: Span, text: string): Span {
  return { start, end: start + (/^\w+/.exec(text)?.[0].length ?? 0) };
}

/** "orders · ADD COLUMN note": the table first, as the place in an outline is narrow. */
function alteredIn(
  action: Action,
  { parsed: { text } }: Statement,
): { readonly name: string; readonly table: string } | undefined {
  if (!/^alter\s+table\b/i.test(text) || !('table' in action) || !action.table) return undefined;
  const { table, span } = action;
  const from = span.start > 0 ? span.start : (table.span?.end ?? 0);
  const label = visibleLine(table.schema === undefined ? table.name : `${table.schema}.${table.name}`);
  return { name: `${label} · ${headOf(text.slice(from), LONGEST_CHANGE)}`, table: label };
}

/** The first words of a text in one line. */
function headOf(text: string, longest: number): string {
  const line = visibleLine(withoutSecrets(text.slice(0, 400)).replace(/\s+/g, ' ').trim());
  return line.length > longest ? `${line.slice(0, longest - 1).trimEnd()}…` : line || 'statement';
}
