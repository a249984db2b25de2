import * as vscode from 'vscode';
import { captureTableSizes } from './capture-table-sizes.js';
import { checkFile } from './check-file.js';
import type { Command, CommandContext } from './command.js';
import { continueChange } from './continue-change.js';
import { explainRefusal } from './explain-refusal.js';
import { fixAll } from './fix-all.js';
import { generateMissingRollbacks } from './generate-missing-rollbacks.js';
import { generateRollback } from './generate-rollback.js';
import { documentSchema, documentSchemaChange, saveSchema } from './document-schema.js';
import { generateReleaseRunbook, generateRunbook, saveRunbook } from './generate-runbook.js';
import { ignoreFinding, ignoreInConfig } from './ignore-finding.js';
import { notPostgres, treatAsMigrations } from './name-folder.js';
import { newMigration } from './new-migration.js';
import { newSafeMigration } from './new-safe-migration.js';
import { openExample } from './open-example.js';
import { openPattern } from './open-pattern.js';
import { openRulePage } from './open-rule-page.js';
import { refreshPending, reviewAllPending, showPending } from './pending.js';
import { reviewFile, reviewPending } from './review-file.js';
import { selectPostgresVersion } from './select-postgres-version.js';
import { rehearse, rehearseOnServer } from './rehearse.js';
import { restartServer, showOutput } from './server-commands.js';
import { showEffectiveConfig } from './show-effective-config.js';
import { writeSplit } from './write-split.js';

/** Every command of the extension; package.json lists the same ids. */
const commands: readonly Command[] = [
  captureTableSizes,
  checkFile,
  continueChange,
  explainRefusal,
  fixAll,
  generateMissingRollbacks,
  generateRollback,
  generateRunbook,
  generateReleaseRunbook,
  saveRunbook,
  documentSchema,
  documentSchemaChange,
  saveSchema,
  ignoreFinding,
  ignoreInConfig,
  newMigration,
  newSafeMigration,
  notPostgres,
  openExample,
  openPattern,
  openRulePage,
  refreshPending,
  rehearse,
  rehearseOnServer,
  restartServer,
  reviewAllPending,
  reviewFile,
  reviewPending,
  selectPostgresVersion,
  showEffectiveConfig,
  showOutput,
  showPending,
  treatAsMigrations,
  writeSplit,
];

/** Registers them all; disposing of the result takes them back. */
export function registerCommands(context: CommandContext): vscode.Disposable {
  return vscode.Disposable.from(
    ...commands.map((command) =>
      vscode.commands.registerCommand(command.id, (...args: unknown[]) => runAndReport(command, context, args)),
    ),
  );
}

/** Walkthroughs, status items and hovers swallow what a command throws, so the person is shown it here. */
async function runAndReport(command: Command, context: CommandContext, args: readonly unknown[]): Promise<void> {
  const refusal = context.server.host.cannotRun[command.id];
  if (refusal !== undefined) {
    // With a button the message is shown whole, not its first line.
    void vscode.window.showInformationMessage(refusal, vscode.l10n.t('OK'));
    return;
  }
  try {
    await command.run(context, ...args);
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}
