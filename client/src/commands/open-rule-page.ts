import * as vscode from 'vscode';
import { clientCommands, methods, ruleScheme } from '../../../server/src/protocol/messages/messages.js';
import type { RulePageParams, RulePageResult, RuleSummary } from '../../../server/src/protocol/messages/messages.js';
import type { AirlockServer } from '../language-client.js';
import type { Command } from './command.js';

/** Airlock: Open Rule Page. With a rule id from a code action, else from a list. */
export const openRulePage: Command = {
  id: clientCommands.openRulePage,
  async run({ server, documents }, argument) {
    const rule = typeof argument === 'string' ? argument : await pickRule(server);
    if (rule === undefined) return;
    const uri = documents.put(ruleScheme, `/${rule}.md`, await rulePage(server, rule));
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  },
};

/** The Markdown of a rule's page; throws an Error with a sentence where there is no such rule. */
export async function rulePage(server: AirlockServer, rule: string): Promise<string> {
  const params: RulePageParams = { rule };
  const { markdown } = await server.request<RulePageResult>(methods.rulePage, params);
  if (markdown === null) throw new Error(vscode.l10n.t('There is no rule named "{0}".', rule));
  return markdown;
}

async function pickRule(server: AirlockServer): Promise<string | undefined> {
  const rules = await server.request<readonly RuleSummary[]>(methods.rules, {});
  const items = rules.map((rule) => ({ label: rule.id, description: rule.severity, detail: rule.summary }));
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('Rule to read about'),
    matchOnDetail: true,
  });
  return picked?.label;
}
