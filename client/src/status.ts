import * as vscode from 'vscode';
import type { StatusParams } from '../../server/src/protocol/messages/messages.js';
import { documentSelector } from './languages.js';
import type { AirlockServer } from './language-client.js';

/**
 * The two entries behind the {} of the status bar: which PostgreSQL the file is checked for, and with which rules.
 * They follow the active editor, because each file has its own configuration.
 */
export function createStatus(server: AirlockServer): vscode.Disposable {
  const target = vscode.languages.createLanguageStatusItem('airlock.target', documentSelector);
  target.name = vscode.l10n.t('Airlock: PostgreSQL Version');
  const rules = vscode.languages.createLanguageStatusItem('airlock.rules', documentSelector);
  rules.name = vscode.l10n.t('Airlock: Rules');

  const byDocument = new Map<string, StatusParams>();
  let latest: StatusParams | undefined;

  const show = (): void => {
    const uri = vscode.window.activeTextEditor?.document.uri.toString();
    const status = (uri === undefined ? undefined : byDocument.get(uri)) ?? latest;
    if (status !== undefined) showStatus(target, rules, status);
  };

  return vscode.Disposable.from(
    target,
    rules,
    server.onStatus((status) => {
      if (status.uri === undefined) {
        // It speaks of the server as a whole, so what was said of single documents no longer holds.
        latest = status;
        byDocument.clear();
      } else {
        byDocument.set(server.fromProtocol(status.uri).toString(), status);
      }
      show();
    }),
    vscode.workspace.onDidCloseTextDocument((document) => byDocument.delete(document.uri.toString())),
    vscode.window.onDidChangeActiveTextEditor(show),
  );
}

function showStatus(target: vscode.LanguageStatusItem, rules: vscode.LanguageStatusItem, status: StatusParams): void {
  target.busy = rules.busy = status.state === 'busy';
  if (status.state === 'off') return showOff(target, rules);
  if (status.state === 'error') {
    target.text = vscode.l10n.t('Airlock stopped');
    target.command = { command: 'airlock.restartServer', title: vscode.l10n.t('Restart') };
    rules.text = status.message ?? vscode.l10n.t('Unknown error');
    rules.detail = '';
    rules.command = { command: 'airlock.showOutput', title: vscode.l10n.t('Show Output') };
    target.severity = rules.severity = vscode.LanguageStatusSeverity.Error;
    // With the server still answering, only its configuration or one analysis is at fault.
    if (status.postgres > 0) target.text = vscode.l10n.t('PostgreSQL {0}', status.postgres);
  } else {
    target.text = vscode.l10n.t('PostgreSQL {0}', status.postgres);
    target.command = { command: 'airlock.selectPostgresVersion', title: vscode.l10n.t('Change') };
    const isQuiet = status.quiet === true;
    rules.text = isQuiet ? vscode.l10n.t('Airlock: not checked') : vscode.l10n.t('Airlock: {0} rules', status.rules);
    rules.detail = status.framework ?? status.config;
    rules.command = isQuiet
      ? { command: 'airlock.checkFile', title: vscode.l10n.t('Check') }
      : { command: 'airlock.showEffectiveConfig', title: vscode.l10n.t('Show Configuration') };
    target.severity = rules.severity = vscode.LanguageStatusSeverity.Information;
  }
  target.detail = status.config;
  for (const item of [target, rules]) item.accessibilityInformation = { label: `${item.text} ${item.detail ?? ''}` };
}

function showOff(target: vscode.LanguageStatusItem, rules: vscode.LanguageStatusItem): void {
  target.text = vscode.l10n.t('Airlock: off');
  rules.text = vscode.l10n.t('Nothing is checked');
  target.detail = rules.detail = vscode.l10n.t('Setting airlock.enable');
  const title = vscode.l10n.t('Open Settings');
  target.command = { command: 'workbench.action.openSettings', title, arguments: ['airlock.enable'] };
  rules.command = undefined;
  for (const item of [target, rules]) {
    item.severity = vscode.LanguageStatusSeverity.Information;
    item.accessibilityInformation = { label: `${item.text} ${item.detail ?? ''}` };
  }
}
