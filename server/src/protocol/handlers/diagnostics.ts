import { DocumentDiagnosticReportKind } from 'vscode-languageserver';
import type { Diagnostic, DocumentDiagnosticReport } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Checked } from '../checker.js';
import type { StatusParams } from '../messages/messages.js';
import { isBrokenCode } from '../held-findings.js';
import { findingInFile } from '../offers-in-file.js';
import { isSameData } from '../same-data.js';
import { breathe, DocumentClosed, safely } from '../safely.js';
import type { Session } from '../session.js';
import { toConfigDiagnostic, toDiagnostic } from '../to-lsp.js';

/**
 * Answers pulled diagnostics: "unchanged" when they are the ones that the client already has. They are compared with
 * the last ones of the document, which ends at the first difference; a digest of them all would cost a large file more
 * than the check of one of its statements.
 */
export function handlePulledDiagnostics(session: Session): void {
  const { connection, status, documents } = session;
  const answered = new Map<string, { readonly resultId: string; readonly items: readonly Diagnostic[] }>();
  let count = 0;
  documents.onDidClose(({ document }) => answered.delete(document.uri));
  const nothing: DocumentDiagnosticReport = { kind: DocumentDiagnosticReportKind.Full, items: [] };
  connection.languages.diagnostics.on(({ textDocument: { uri }, previousResultId }, token) =>
    safely<DocumentDiagnosticReport>(status, 'Checking', uri, token, nothing, async () => {
      const items = await diagnosticsFor(session, uri);
      const last = answered.get(uri);
      if (last !== undefined && last.resultId === previousResultId && areSame(last.items, items))
        return { kind: DocumentDiagnosticReportKind.Unchanged, resultId: last.resultId };
      if (documents.get(uri) === undefined) return nothing;
      const resultId = String(++count);
      answered.set(uri, { resultId, items });
      return { kind: DocumentDiagnosticReportKind.Full, resultId, items };
    }),
  );
}

/** Field by field: with every key that is typed, thousands are compared. */
function areSame(before: readonly Diagnostic[], after: readonly Diagnostic[]): boolean {
  return before.length === after.length && before.every((each, index) => isSame(each, after[index]));
}

function isSame(one: Diagnostic, other: Diagnostic | undefined): boolean {
  return (
    one.message === other?.message &&
    one.code === other.code &&
    one.severity === other.severity &&
    one.range.start.line === other.range.start.line &&
    one.range.start.character === other.range.start.character &&
    one.range.end.line === other.range.end.line &&
    one.range.end.character === other.range.end.character &&
    (one.relatedInformation === other.relatedInformation ||
      isSameData(one.relatedInformation, other.relatedInformation))
  );
}

/** The diagnostics of an open document; none for any other. Reports the status on the way. */
export async function diagnosticsFor(session: Session, uri: string): Promise<Diagnostic[]> {
  const open = session.documents.get(uri);
  if (open === undefined) return [];
  const checked = await session.memo.get(open);
  const { analysis, quiet, document } = checked;
  publishConfigProblems(session);
  session.status.report(statusOfDocument(uri, checked));
  const { pullsDiagnostics, refreshesDiagnostics } = session.features;
  // Who pulls and cannot be asked to pull again would never see what was held back.
  const canHold = !pullsDiagnostics || refreshesDiagnostics;
  const held =
    canHold && isBrokenCode(analysis) && session.typing.holds(uri) ? session.held.moved(document) : undefined;
  if (held) return held;
  if (quiet) return [];
  const findings = canHold ? session.typing.calm(uri, analysis) : analysis.findings;
  const items = findings.map((finding) =>
    toDiagnostic(document, findingInFile(analysis, finding), session.pageOf(finding)),
  );
  if (analysis.host) session.held.keep(document, items);
  return items;
}

function statusOfDocument(uri: string, checked: Checked): StatusParams {
  const { analysis, quiet, rules, config, framework, applied, configProblems, mayBeApplied } = checked;
  return {
    state: 'ok',
    uri,
    postgres: analysis.target.postgres,
    rules,
    config,
    framework,
    ...(quiet ? { quiet } : { applied }),
    ...(quiet || analysis.framework.id === 'sql' ? {} : { because: analysis.project.because }),
    ...(configProblems > 0 ? { configProblems } : {}),
    ...(mayBeApplied && !quiet ? { unknownBecause: mayBeApplied } : {}),
  };
}

/** Pushes what is wrong in airlock.config.json, which no client pulls because it is none of the documents we serve. */
function publishConfigProblems({ connection, checker }: Session): void {
  for (const { uri, text, problems } of checker.takeConfigs()) {
    const document = TextDocument.create(uri, 'jsonc', 0, text);
    const diagnostics = problems.map((problem) => toConfigDiagnostic(document, problem));
    void connection.sendDiagnostics({ uri, diagnostics });
  }
}

/** Pushes diagnostics to clients that do not pull. */
export interface Publisher {
  /** Asks for a check of a document; several requests before it begins are one. */
  schedule(uri: string): void;
  scheduleAll(): void;
  /** Takes the diagnostics of a closed document away. */
  clear(uri: string): void;
}

/** Made once for a connection; does nothing for clients that pull. */
export function createPublisher(session: Session): Publisher {
  const waiting = new Set<string>();
  const { connection, documents, features, status } = session;
  const publish = async (uri: string): Promise<void> => {
    // Edits that have already arrived are read first, so that a burst of them is checked once.
    await breathe();
    waiting.delete(uri);
    const version = documents.get(uri)?.version;
    if (version === undefined) return;
    let diagnostics: Diagnostic[] = [];
    try {
      diagnostics = await diagnosticsFor(session, uri);
    } catch (error) {
      if (error instanceof DocumentClosed) return;
      status.fail('Checking', error, uri);
    }
    // A newer text has its own run waiting.
    if (documents.get(uri)?.version === version) await connection.sendDiagnostics({ uri, version, diagnostics });
  };
  const schedule = (uri: string): void => {
    if (features.pullsDiagnostics || waiting.has(uri)) return;
    waiting.add(uri);
    void publish(uri);
  };
  return {
    schedule,
    scheduleAll: () => documents.keys().forEach(schedule),
    clear(uri) {
      if (!features.pullsDiagnostics) void connection.sendDiagnostics({ uri, diagnostics: [] });
    },
  };
}
