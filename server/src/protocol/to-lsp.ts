import { CodeActionKind, DiagnosticSeverity, DiagnosticTag, MarkupKind } from 'vscode-languageserver';
import type { CodeAction, Diagnostic, Hover, Range, TextEdit, WorkspaceEdit } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Severity } from '../../../rules/engine/define-rule.js';
import { suppressionRules } from '../analysis/analyze.js';
import type { FileEdit, Finding } from '../analysis/finding.js';
import type { Span } from '../sql/span.js';
import type { ClientFeatures } from './client-features.js';
import type { HoverText } from './hover-text.js';
import { clientCommands } from './messages/messages.js';
import type { IgnoreFindingArguments } from './messages/messages.js';
import type { IgnorePlace, Offer } from './offers.js';

// The core speaks of spans and findings; this file and from-lsp.ts are the only ones that know what LSP calls them.

export const source = 'Airlock';
export const fixAllKind = `${CodeActionKind.SourceFixAll}.airlock`;

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export function toRange(document: TextDocument, { start, end }: Span): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

/** `page` is the address of the rule's page. */
export function toDiagnostic(document: TextDocument, finding: Finding, page: string): Diagnostic {
  const { uri } = document;
  return {
    range: toRange(document, finding.span),
    severity: severities[finding.severity],
    source,
    code: finding.rule,
    codeDescription: { href: page },
    message: finding.message,
    ...(finding.rule === suppressionRules.unused ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(finding.related.length === 0
      ? {}
      : {
          relatedInformation: finding.related.map(({ span, message }) => ({
            location: { uri, range: toRange(document, span) },
            message,
          })),
        }),
  };
}

/** A problem of airlock.config.json, which no rule stands behind. */
export function toConfigDiagnostic(document: TextDocument, span: Span, message: string): Diagnostic {
  return { range: toRange(document, span), severity: DiagnosticSeverity.Error, source, message };
}

export function toHover(document: TextDocument, { markdown, span }: HoverText): Hover {
  return { contents: { kind: MarkupKind.Markdown, value: markdown }, range: toRange(document, span) };
}

function toTextEdits(document: TextDocument, edits: readonly FileEdit[]): TextEdit[] {
  return edits.map(({ span, text }) => ({ range: toRange(document, span), newText: text }));
}

function toWorkspaceEdit(document: TextDocument, edits: readonly FileEdit[]): WorkspaceEdit {
  return { changes: { [document.uri]: toTextEdits(document, edits) } };
}

/** What `toCodeAction` needs to know besides the offer. */
export interface ActionContext {
  readonly document: TextDocument;
  readonly features: ClientFeatures;
  /** The diagnostics that the client sent along: an action names those that it resolves. */
  readonly diagnostics: readonly Diagnostic[];
  pageOf(finding: Finding): string;
}

/** The code action for an offer; undefined when this client could do nothing with it. */
export function toCodeAction(offer: Offer, context: ActionContext): CodeAction | undefined {
  const { document } = context;
  switch (offer.kind) {
    case 'fix':
      return {
        title: offer.title,
        kind: CodeActionKind.QuickFix,
        diagnostics: diagnosticsOf([offer.finding], context),
        ...(offer.preferred ? { isPreferred: true } : {}),
        edit: toWorkspaceEdit(document, offer.edits),
      };
    case 'fixRule':
      return {
        title: offer.title,
        kind: CodeActionKind.QuickFix,
        diagnostics: diagnosticsOf(offer.findings, context),
        edit: toWorkspaceEdit(document, offer.edits),
      };
    case 'fixAll':
      return { title: offer.title, kind: fixAllKind, edit: toWorkspaceEdit(document, offer.edits) };
    case 'page':
      return toPageAction(offer.title, offer.finding, context);
    case 'ignore':
      return toIgnoreAction(offer.title, offer.finding, offer.place, context);
  }
}

function toPageAction(title: string, finding: Finding, context: ActionContext): CodeAction | undefined {
  const command = clientCommands.openRulePage;
  // Other clients have the same page behind the diagnostic's code.
  if (!context.features.commands.has(command)) return undefined;
  return {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: diagnosticsOf([finding], context),
    command: { title, command, arguments: [finding.rule] },
  };
}

function toIgnoreAction(title: string, finding: Finding, place: IgnorePlace, context: ActionContext): CodeAction {
  const { document, features } = context;
  const base = { title, kind: CodeActionKind.QuickFix, diagnostics: diagnosticsOf([finding], context) };
  if (!features.commands.has(clientCommands.ignoreFinding)) {
    // Nobody can be asked for the reason; the rule that demands one reports the comment until it has it.
    const span = { start: place.offset, end: place.offset };
    const text = `${place.before.trimEnd()}${place.after}`;
    return { ...base, edit: toWorkspaceEdit(document, [{ span, text }]) };
  }
  const where: IgnoreFindingArguments = {
    uri: document.uri,
    version: document.version,
    rule: finding.rule,
    position: document.positionAt(place.offset),
    before: place.before,
    after: place.after,
  };
  return { ...base, command: { title, command: clientCommands.ignoreFinding, arguments: [where] } };
}

/** The client's own diagnostics where it sent them, because clients compare them by identity. */
function diagnosticsOf(findings: readonly Finding[], context: ActionContext): Diagnostic[] {
  return findings.map((finding) => {
    const made = toDiagnostic(context.document, finding, context.pageOf(finding));
    const sent = context.diagnostics.find(
      (one) => one.code === made.code && JSON.stringify(one.range) === JSON.stringify(made.range),
    );
    return sent ?? made;
  });
}
