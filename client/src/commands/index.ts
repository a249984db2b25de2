import * as vscode from 'vscode';
import type { Command, CommandContext } from './command.js';
import { explainRefusal } from './explain-refusal.js';
import { fixAll } from './fix-all.js';
import { generateRollback } from './generate-rollback.js';
import { generateRunbook } from './generate-runbook.js';
import { ignoreFinding } from './ignore-finding.js';
import { openExample } from './open-example.js';
import { openRulePage } from './open-rule-page.js';
import { reviewFile } from './review-file.js';
import { selectPostgresVersion } from './select-postgres-version.js';
import { restartServer, showOutput } from './server-commands.js';
import { showEffectiveConfig } from './show-effective-config.js';
import { writeSplit } from './write-split.js';

/** Every command of the extension; package.json lists the same ids. */
const commands: readonly Command[] = [
  explainRefusal,
  fixAll,
  generateRollback,
  generateRunbook,
  ignoreFinding,
  openExample,
  openRulePage,
  restartServer,
  reviewFile,
  selectPostgresVersion,
  showEffectiveConfig,
  showOutput,
  writeSplit,
];

/** Registers them all; disposing of the result takes them back. */
export function registerCommands(context: CommandContext): vscode.Disposable {
  return vscode.Disposable.from(
    ...commands.map((command) =>
      vscode.commands.registerCommand(command.id, (...args: unknown[]) => command.run(context, ...args)),
    ),
  );
}
