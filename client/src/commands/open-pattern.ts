import * as vscode from 'vscode';
import { methods } from '../../../server/src/protocol/messages/messages.js';
import type {
  PatternPageParams,
  PatternPageResult,
  PatternSummary,
} from '../../../server/src/protocol/messages/messages.js';
import { textScheme } from '../virtual-documents.js';
import type { Command, CommandContext } from './command.js';

/** Airlock: Open Pattern…. The page of a pattern: the usual form and the safe one, with what each locks. */
export const openPattern: Command = {
  id: 'airlock.openPattern',
  async run(context) {
    const pattern = await chosenPattern(context, vscode.l10n.t('Open pattern'));
    if (pattern !== undefined) await showPage(pattern, context);
  },
};

interface PatternItem extends vscode.QuickPickItem {
  readonly pattern: PatternSummary;
}

/** Asks for a pattern; the book behind each opens its page, and the question stays. Undefined when the person turns away. */
export async function chosenPattern(context: CommandContext, title: string): Promise<PatternSummary | undefined> {
  const patterns = await context.server.request<PatternSummary[]>(methods.patterns, undefined);
  const page: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('book'),
    tooltip: vscode.l10n.t('Read its page'),
  };
  const pick = vscode.window.createQuickPick<PatternItem>();
  pick.title = title;
  pick.placeholder = vscode.l10n.t('What shall change? Below each stands what the usual way does.');
  pick.matchOnDetail = true;
  pick.ignoreFocusOut = true;
  pick.items = patterns.map((pattern) => ({
    label: pattern.title,
    detail: pattern.summary,
    buttons: [page],
    pattern,
  }));
  return new Promise((resolve) => {
    const subscriptions = [
      pick.onDidTriggerItemButton(({ item }) => void showPage(item.pattern, context)),
      pick.onDidAccept(() => done(pick.selectedItems[0]?.pattern)),
      pick.onDidHide(() => done(undefined)),
    ];
    const done = (answer: PatternSummary | undefined): void => {
      for (const subscription of subscriptions) subscription.dispose();
      pick.dispose();
      resolve(answer);
    };
    pick.show();
  });
}

async function showPage({ id }: PatternSummary, { server, documents }: CommandContext): Promise<void> {
  const params: PatternPageParams = { pattern: id };
  const { markdown } = await server.request<PatternPageResult>(methods.patternPage, params);
  await vscode.commands.executeCommand(
    'markdown.showPreview',
    documents.put(textScheme, `/${id}.pattern.md`, markdown),
  );
}
