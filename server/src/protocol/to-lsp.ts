import { CodeActionKind, DiagnosticSeverity, DiagnosticTag, MarkupKind } from 'vscode-languageserver';
import type {
  AnnotatedTextEdit,
  CodeAction,
  CreateFile,
  RenameFile,
  Diagnostic,
  Hover,
  Range,
  TextDocumentEdit,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Severity } from '../../../rules/engine/define-rule.js';
import type { ConfigProblem } from '../analysis/config.js';
import { suppressionRules } from '../analysis/suppress.js';
import { type FileEdit, type Finding, placeText, rangeOfPlace } from '../analysis/finding.js';
import { shownMessage } from '../analysis/finding-message.js';
import type { MigrationFile } from '../rewrite/files.js';
import type { Span } from '../sql/span.js';
import { uriOfPath } from './file-uris.js';
import type { ClientFeatures } from './client-features.js';
import type { HoverText } from './hover-text.js';
import { clientCommands } from './messages/messages.js';
import type {
  ConfigDiagnosticData,
  IgnoreFindingArguments,
  IgnoreInConfigArguments,
  SplitFile,
  WireFile,
  WriteSplitArguments,
} from './messages/messages.js';
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
  const places = finding.code?.places ?? [];
  return {
    range: toRange(document, finding.span),
    severity: severities[finding.severity],
    source,
    code: finding.rule,
    codeDescription: { href: page },
    message: shownMessage(finding),
    ...(finding.rule === suppressionRules.unused ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(finding.related.length + places.length === 0
      ? {}
      : {
          relatedInformation: [
            ...finding.related.map(({ span, message }) => ({
              location: { uri, range: toRange(document, span) },
              message,
            })),
            ...places.map((place) => ({
              location: { uri: uriOfPath(place.path), range: rangeOfPlace(place) },
              message: placeText(place),
            })),
          ],
        }),
  };
}

/** A problem of airlock.config.json, which no rule stands behind. Our own client offers the word that was meant. */
export function toConfigDiagnostic(document: TextDocument, { span, message, meant }: ConfigProblem): Diagnostic {
  const range = toRange(document, span);
  const base = { range, severity: DiagnosticSeverity.Error, source, message };
  return meant === undefined ? base : { ...base, data: { meant } satisfies ConfigDiagnosticData };
}

export function toHover(document: TextDocument, { markdown, span }: HoverText): Hover {
  return { contents: { kind: MarkupKind.Markdown, value: markdown }, range: toRange(document, span) };
}

function toTextEdits(document: TextDocument, edits: readonly FileEdit[]): TextEdit[] {
  return edits.map(({ span, text }) => ({ range: toRange(document, span), newText: text }));
}

/** With the version where the client can take it, so that an edit never lands in a text that has moved on. */
function toWorkspaceEdit({ document, features }: ActionContext, fileEdits: readonly FileEdit[]): WorkspaceEdit {
  const { uri, version } = document;
  const edits = toTextEdits(document, fileEdits);
  return features.versionedEdits
    ? { documentChanges: [{ textDocument: { uri, version }, edits }] }
    : { changes: { [uri]: edits } };
}

/** What `toCodeAction` needs to know besides the offer. */
export interface ActionContext {
  readonly document: TextDocument;
  readonly features: ClientFeatures;
  /** The diagnostics that the client sent along: an action names those that it resolves. */
  readonly diagnostics: readonly Diagnostic[];
  pageOf(finding: Finding): string;
  uriOf(path: string): string;
}

/** The code actions for an offer: none when this client could do nothing with it. */
export function toCodeActions(offer: Offer, context: ActionContext): readonly CodeAction[] {
  if (offer.kind === 'ignore') return toIgnoreActions(offer, context);
  const action = toCodeAction(offer, context);
  return action === undefined ? [] : [action];
}

function toCodeAction(offer: Exclude<Offer, { kind: 'ignore' }>, context: ActionContext): CodeAction | undefined {
  switch (offer.kind) {
    case 'fix':
      return {
        title: offer.title,
        kind: CodeActionKind.QuickFix,
        diagnostics: diagnosticsOf([offer.finding], context),
        ...(offer.preferred ? { isPreferred: true } : {}),
        edit: toWorkspaceEdit(context, offer.edits),
      };
    case 'rewrite':
      return toRewriteAction(offer, context);
    case 'fixRule':
      return {
        title: offer.title,
        kind: CodeActionKind.QuickFix,
        diagnostics: diagnosticsOf(offer.findings, context),
        edit: toWorkspaceEdit(context, offer.edits),
      };
    case 'ignoreInConfig':
      return toIgnoreInConfigAction(offer, context);
    case 'renumber':
      return toRenumberAction(offer, context);
    case 'refused':
      return toRefusedAction(offer, context);
    case 'fixAll':
      return { title: offer.title, kind: fixAllKind, edit: toWorkspaceEdit(context, offer.edits) };
    case 'page':
      return toPageAction(offer.title, offer.finding, context);
    case 'notPostgres':
      return toNotPostgresAction(offer.title, offer.finding, context);
  }
}

/**
 * A change of this file and new files beside it. Our own client shows them all and asks; others show them before they
 * make them, where they can: one edit, which changes nothing, asks for confirmation.
 */
function toRewriteAction(offer: Extract<Offer, { kind: 'rewrite' }>, context: ActionContext): CodeAction | undefined {
  const { document, features } = context;
  const { title, findings } = offer;
  const base = { title, kind: CodeActionKind.QuickFix, diagnostics: diagnosticsOf(findings, context) };
  const command = clientCommands.writeSplit;
  if (features.commands.has(command)) {
    return { ...base, command: { title, command, arguments: [toSplitArguments(offer, context)] } };
  }
  if (!features.createsFiles) return undefined;
  const { uri, version } = document;
  const own: (TextEdit | AnnotatedTextEdit)[] = toTextEdits(document, offer.edits);
  if (features.confirmsChanges) {
    const end = document.positionAt(document.getText().length);
    own.push({ range: { start: end, end }, newText: '', annotationId: 'look' });
  }
  const here = own.length === 0 ? [] : [{ textDocument: { uri, version }, edits: own }];
  const created = [...offer.created, ...offer.downs].map(({ path, sql }) => ({ uri: context.uriOf(path), text: sql }));
  const beside = offer.beside.map(({ path, text }) => ({ uri: context.uriOf(path), text }));
  const edit: WorkspaceEdit = {
    documentChanges: [
      ...here,
      ...created.flatMap((file) => creation(file)),
      ...beside.flatMap((file) => creation(file, true)),
    ],
  };
  if (features.confirmsChanges) {
    const label = 'Read the migrations below, then apply';
    edit.changeAnnotations = { look: { label, description: 'Nothing is written before.', needsConfirmation: true } };
  }
  return { ...base, edit };
}

function toSplitArguments(offer: Extract<Offer, { kind: 'rewrite' }>, context: ActionContext): WriteSplitArguments {
  const { document, uriOf } = context;
  const { title, value } = offer;
  const edits = toTextEdits(document, offer.edits);
  const file = (isDown: boolean, { path, sql, gate }: MigrationFile): SplitFile => ({
    uri: uriOf(path),
    text: sql,
    isDown,
    ...(gate === undefined ? {} : { gate }),
  });
  const beside = offer.beside.map(
    ({ path, text }): SplitFile => ({ uri: uriOf(path), text, isDown: false, isBeside: true }),
  );
  const created = [
    ...offer.created.map((each) => file(false, each)),
    ...offer.downs.map((each) => file(true, each)),
    ...beside,
  ];
  const { uri, version } = document;
  const split: WriteSplitArguments = { title, uri, version, edits, created };
  if (value === undefined) return split;
  const at = created.find((each) => each.uri === uriOf(value.path));
  const text = at?.text ?? TextDocument.applyEdits(document, edits);
  const range = toRange(TextDocument.create('', '', 0, text), value.span);
  return { ...split, value: { uri: at?.uri ?? uri, range } };
}

/** A file with its pair under another name, and the edits of what names it, which come first: those files stay. */
function toRenumberAction(offer: Extract<Offer, { kind: 'renumber' }>, context: ActionContext): CodeAction | undefined {
  if (!context.features.renamesFiles) return undefined;
  const { title, finding, plan } = offer;
  const edits = plan.edits.map(({ path, text, edits }): TextDocumentEdit => {
    const uri = context.uriOf(path);
    return { textDocument: { uri, version: null }, edits: toTextEdits(TextDocument.create(uri, '', 0, text), edits) };
  });
  const renames = plan.renames.map(
    ({ from, to }): RenameFile => ({
      kind: 'rename',
      oldUri: context.uriOf(from),
      newUri: context.uriOf(to),
      options: { overwrite: false, ignoreIfExists: false },
    }),
  );
  return {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: diagnosticsOf([finding], context),
    edit: { documentChanges: [...edits, ...renames] },
  };
}

/** Makes a file with its text: in LSP, an empty one and then an edit of it. */
function creation({ uri, text }: WireFile, overwrite = false): [CreateFile, TextDocumentEdit] {
  const top = { line: 0, character: 0 };
  return [
    { kind: 'create', uri, options: { overwrite, ignoreIfExists: false } },
    { textDocument: { uri, version: null }, edits: [{ range: { start: top, end: top }, newText: text }] },
  ];
}

/** A split that cannot be had, with the reason. */
function toRefusedAction(offer: Extract<Offer, { kind: 'refused' }>, context: ActionContext): CodeAction | undefined {
  const { title, findings, reason } = offer;
  const { commands, disabledActions } = context.features;
  const base = { kind: CodeActionKind.QuickFix, diagnostics: diagnosticsOf(findings, context) };
  const command = clientCommands.explainRefusal;
  // VS Code leaves greyed-out quick fixes out of its menu, so that the person would see no reason.
  if (commands.has(command)) {
    const why = `${title}: why not here …`;
    return { ...base, title: why, command: { title: why, command, arguments: [reason, findings[0]?.rule] } };
  }
  return disabledActions ? { ...base, title, disabled: { reason } } : undefined;
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

function toNotPostgresAction(title: string, finding: Finding, context: ActionContext): CodeAction | undefined {
  const command = clientCommands.notPostgres;
  // It writes a file that the project may not have yet, which only our own client does.
  if (!context.features.commands.has(command)) return undefined;
  return {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: diagnosticsOf([finding], context),
    command: { title, command, arguments: [context.document.uri] },
  };
}

/** One entry for our own client, which asks how far; for others one each, as nobody can be asked. */
/** Only a client that asks for the reason can write the configuration. */
function toIgnoreInConfigAction(
  { title, finding }: Extract<Offer, { kind: 'ignoreInConfig' }>,
  { document, features, ...context }: ActionContext,
): CodeAction | undefined {
  const command = clientCommands.ignoreInConfig;
  if (!features.commands.has(command)) return undefined;
  const where: IgnoreInConfigArguments = { uri: document.uri, rule: finding.rule };
  const diagnostics = diagnosticsOf([finding], { document, features, ...context });
  return { title, kind: CodeActionKind.QuickFix, diagnostics, command: { title, command, arguments: [where] } };
}

function toIgnoreActions(offer: Extract<Offer, { kind: 'ignore' }>, context: ActionContext): CodeAction[] {
  const { title, finding, statement, file } = offer;
  const { document, features } = context;
  const base = { kind: CodeActionKind.QuickFix, diagnostics: diagnosticsOf([finding], context) };
  if (!features.commands.has(clientCommands.ignoreFinding)) {
    // Nobody can be asked for the reason; the rule that demands one reports the comment until it has it.
    const comment = ({ offset, before, after }: IgnorePlace): FileEdit => ({
      span: { start: offset, end: offset },
      text: `${before.trimEnd()}${after}`,
    });
    return [
      {
        ...base,
        title: `Ignore ${finding.rule} for this statement`,
        edit: toWorkspaceEdit(context, [comment(statement)]),
      },
      { ...base, title: `Ignore ${finding.rule} in this file`, edit: toWorkspaceEdit(context, [comment(file)]) },
    ];
  }
  const wire = ({ offset, before, after }: IgnorePlace) => ({ position: document.positionAt(offset), before, after });
  const where: IgnoreFindingArguments = {
    uri: document.uri,
    version: document.version,
    rule: finding.rule,
    statement: wire(statement),
    file: wire(file),
  };
  return [{ ...base, title, command: { title, command: clientCommands.ignoreFinding, arguments: [where] } }];
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
