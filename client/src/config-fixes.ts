import * as vscode from 'vscode';
import type { ConfigDiagnosticData } from '../../server/src/protocol/messages/messages.js';

/** Offers the word that was meant for a setting, a rule or a severity that airlock.config.json has misspelt. */
export function registerConfigFixes(schemes: readonly string[]): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    schemes.map((scheme) => ({ scheme, pattern: '**/airlock.config.json' })),
    { provideCodeActions: ({ uri }, _range, { diagnostics }) => diagnostics.flatMap((each) => fixOf(uri, each) ?? []) },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}

function fixOf(uri: vscode.Uri, diagnostic: vscode.Diagnostic): vscode.CodeAction | undefined {
  const meant = meantBy(diagnostic);
  if (meant === undefined) return undefined;
  const title = vscode.l10n.t('Change to "{0}"', meant);
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.edit = new vscode.WorkspaceEdit();
  action.edit.replace(uri, diagnostic.range, JSON.stringify(meant));
  action.diagnostics = [diagnostic];
  action.isPreferred = true;
  return action;
}

/** The language client keeps what the server has sent along. */
function meantBy(diagnostic: vscode.Diagnostic): string | undefined {
  const data: unknown = 'data' in diagnostic ? diagnostic.data : undefined;
  if (diagnostic.source !== 'Airlock' || typeof data !== 'object' || data === null) return undefined;
  const { meant }: Partial<ConfigDiagnosticData> = data;
  return meant;
}
