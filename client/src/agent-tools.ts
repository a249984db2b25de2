import * as vscode from 'vscode';
import { methods } from '../../server/src/protocol/messages/messages.js';
import type { AgentCallParams, AgentCallResult } from '../../server/src/protocol/messages/messages.js';
import type { AirlockServer } from './language-client.js';

/** What VS Code has since 1.95, and other editors may not have: it is asked for before it is used. */
declare module 'vscode' {
  interface ToolAnswer {
    readonly content: readonly unknown[];
  }
  const LanguageModelTextPart: (new (value: string) => { readonly value: string }) | undefined;
  const LanguageModelToolResult: (new (content: readonly unknown[]) => ToolAnswer) | undefined;
  namespace lm {
    const registerTool:
      | ((
          name: string,
          tool: {
            prepareInvocation(options: { readonly input: unknown }): { readonly invocationMessage: string };
            invoke(options: { readonly input: unknown }, token: CancellationToken): Promise<ToolAnswer>;
          },
        ) => Disposable)
      | undefined;
  }
}

/** VS Code's names for the tools are those of the server behind this. */
const prefix = 'airlock_';

/** What is shown while a tool runs, before the name of the migration. */
const doing: Readonly<Record<string, string>> = {
  check_sql: vscode.l10n.t('Checking'),
  review_migration: vscode.l10n.t('Reviewing'),
  explain_locks: vscode.l10n.t('Looking up the locks of'),
  fix_migration: vscode.l10n.t('Making the safe form of'),
  rollback_migration: vscode.l10n.t('Making the rollback of'),
  runbook: vscode.l10n.t('Making the runbook of'),
  list_patterns: vscode.l10n.t('Listing'),
  schema_at: vscode.l10n.t('Reading the schema at'),
};

/**
 * Offers the tools that package.json contributes to the agents of the editor. `names` are theirs there, and which of
 * them are offered now stands there as well. The language server answers, with the documents as they are on the screen.
 */
export function registerAgentTools(
  server: Pick<AirlockServer, 'request'>,
  names: readonly string[],
): vscode.Disposable {
  const register = vscode.lm?.registerTool;
  const Result = vscode.LanguageModelToolResult;
  const Text = vscode.LanguageModelTextPart;
  if (register === undefined || Result === undefined || Text === undefined) return new vscode.Disposable(() => {});
  return vscode.Disposable.from(
    ...names.map((contributed) => {
      const name = contributed.slice(prefix.length);
      return register(contributed, {
        prepareInvocation: ({ input }) => ({ invocationMessage: invocationMessage(name, input) }),
        async invoke({ input }, token) {
          refuseElsewhere();
          const params: AgentCallParams = { name, input };
          const answer = await server.request<AgentCallResult>(methods.agentCall, params, token);
          // The agent reads the message of an error, and what it has to do otherwise.
          if ('refusal' in answer) throw new Error(answer.refusal);
          return new Result([new Text(JSON.stringify(answer.found))]);
        },
      });
    }),
  );
}

/** An editor may list tools that are not to be offered: package.json says when they are. Throws where they are not. */
function refuseElsewhere(): void {
  if (!vscode.workspace.isTrusted) throw new Error(vscode.l10n.t('The workspace is not trusted.'));
  if (vscode.workspace.getConfiguration('airlock').get('agentTools') !== 'editor')
    throw new Error(vscode.l10n.t('These tools are switched off here (setting airlock.agentTools).'));
}

/** "Reviewing db/migrate/0042.sql". In: what an agent has written, which can be anything. */
export function invocationMessage(name: string, input: unknown): string {
  const { path, paths, search } = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  const all = Array.isArray(paths) ? paths : [path ?? search];
  const [first] = all;
  const subject = typeof first === 'string' && first !== '' ? shown(first) : others[name];
  const more = all.length > 1 ? vscode.l10n.t(' and {0} more', all.length - 1) : '';
  return `${doing[name] ?? name} ${subject ?? vscode.l10n.t('a migration')}${more}`;
}

/** What a tool is about where the call names nothing. */
const others: Readonly<Record<string, string>> = { list_patterns: vscode.l10n.t('safe patterns') };

/** The end of a path, on one line. */
function shown(path: string): string {
  const line = vscode.workspace.asRelativePath(path).replace(/\s+/g, ' ');
  return line.length > 60 ? `…${line.slice(-59)}` : line;
}
