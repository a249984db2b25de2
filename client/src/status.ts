import * as vscode from 'vscode';
import type { StatusParams } from '../../server/src/protocol/messages/messages.js';
import { documentSelector } from './languages.js';
import type { AirlockServer } from './language-client.js';

/**
 * The entries behind the {} of the status bar: which PostgreSQL the file is checked for, with which rules, and whether
 * it counts as applied. They follow the active editor, because each file has its own configuration. The popup does not
 * wrap, so each text is short.
 */
export function createStatus(server: AirlockServer): vscode.Disposable {
  const selector = documentSelector(server.host.schemes());
  const target = vscode.languages.createLanguageStatusItem('airlock.target', selector);
  target.name = vscode.l10n.t('Airlock: PostgreSQL Version');
  const rules = vscode.languages.createLanguageStatusItem('airlock.rules', selector);
  rules.name = vscode.l10n.t('Airlock: Rules');
  const applied = new AppliedItem(selector);
  const tool = new ToolItem(selector);

  const byDocument = new Map<string, StatusParams>();
  let latest: StatusParams | undefined;

  const show = (): void => {
    const uri = vscode.window.activeTextEditor?.document.uri.toString();
    const own = uri === undefined ? undefined : byDocument.get(uri);
    // The menus offer their commands in code that is a migration, too.
    void vscode.commands.executeCommand('setContext', 'airlock.isMigration', own?.applied !== undefined);
    const status = own ?? latest;
    if (status === undefined) return;
    showStatus(target, rules, status);
    applied.show(status);
    tool.show(status);
  };

  return vscode.Disposable.from(
    target,
    rules,
    applied,
    tool,
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
    target.severity = vscode.LanguageStatusSeverity.Information;
    showRules(rules, status);
  }
  target.detail = status.config;
  for (const item of [target, rules]) item.accessibilityInformation = { label: `${item.text} ${item.detail ?? ''}` };
}

function showRules(rules: vscode.LanguageStatusItem, status: StatusParams): void {
  rules.severity = vscode.LanguageStatusSeverity.Information;
  // A tool has an entry of its own, with the reason.
  rules.detail = status.because === undefined ? (status.framework ?? status.config) : '';
  if (status.quiet === true) {
    rules.text = vscode.l10n.t('Airlock: not checked');
    rules.command = { command: 'airlock.checkFile', title: vscode.l10n.t('Check') };
    return;
  }
  rules.text = vscode.l10n.t('Airlock: {0} rules', status.rules);
  rules.command = { command: 'airlock.showEffectiveConfig', title: vscode.l10n.t('Show Configuration') };
  const { configProblems = 0 } = status;
  if (configProblems === 0) return;
  rules.severity = vscode.LanguageStatusSeverity.Warning;
  rules.detail =
    configProblems === 1
      ? vscode.l10n.t('1 mistake in {0}', status.config)
      : vscode.l10n.t('{0} mistakes in {1}', configProblems, status.config);
  rules.command = { command: 'workbench.actions.view.problems', title: vscode.l10n.t('Show Problems') };
}

/** Whether the file counts as applied, and by what that is known; not there for a file that is not checked. */
class AppliedItem implements vscode.Disposable {
  private item: vscode.LanguageStatusItem | undefined;

  constructor(private readonly selector: vscode.DocumentSelector) {}

  show({ state, applied, unknownBecause }: StatusParams): void {
    if (state !== 'ok' || applied === undefined) return this.dispose();
    this.item ??= vscode.languages.createLanguageStatusItem('airlock.applied', this.selector);
    const { item } = this;
    item.name = vscode.l10n.t('Airlock: Applied or Pending');
    item.text = applied.charAt(0).toUpperCase() + applied.slice(1);
    const [detail, command] = unknownBecause === undefined ? ['', undefined] : whyNotKnown(unknownBecause);
    item.detail = detail;
    item.command = command;
    item.severity =
      unknownBecause === undefined ? vscode.LanguageStatusSeverity.Information : vscode.LanguageStatusSeverity.Warning;
    item.accessibilityInformation = { label: `${item.text} ${item.detail}` };
  }

  dispose(): void {
    this.item?.dispose();
    this.item = undefined;
  }
}

/** Why git is not asked, and what helps. */
function whyNotKnown(why: NonNullable<StatusParams['unknownBecause']>): [detail: string, command: vscode.Command] {
  return why === 'restricted'
    ? [vscode.l10n.t('Restricted Mode'), { command: 'workbench.trust.manage', title: vscode.l10n.t('Manage Trust') }]
    : [
        vscode.l10n.t('No git in a browser'),
        { command: 'airlock.showEffectiveConfig', title: vscode.l10n.t('Show Configuration') },
      ];
}

/** Which migration tool runs the file, and why it is taken for that one; not there for plain SQL. */
class ToolItem implements vscode.Disposable {
  private item: vscode.LanguageStatusItem | undefined;

  constructor(private readonly selector: vscode.DocumentSelector) {}

  show({ state, framework, because }: StatusParams): void {
    if (state !== 'ok' || framework === undefined || because === undefined) return this.dispose();
    this.item ??= vscode.languages.createLanguageStatusItem('airlock.tool', this.selector);
    const { item } = this;
    const [title = framework] = framework.split(', ', 1);
    item.name = vscode.l10n.t('Airlock: Migration Tool');
    item.text = title;
    item.detail = because;
    item.accessibilityInformation = { label: vscode.l10n.t('{0}, because {1}', framework, because) };
  }

  dispose(): void {
    this.item?.dispose();
    this.item = undefined;
  }
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
