import * as vscode from 'vscode';

/** What the agents of VS Code may call, since 1.95. */
declare module 'vscode' {
  interface OfferedTool {
    readonly name: string;
    readonly description: string;
    readonly inputSchema: object | undefined;
    readonly tags: readonly string[];
  }
  namespace lm {
    const tools: readonly OfferedTool[] | undefined;
    const invokeTool: (
      name: string,
      options: { readonly input: object; readonly toolInvocationToken: undefined },
      token?: CancellationToken,
    ) => Thenable<{ readonly content: readonly unknown[] }>;
  }
}

/** Names of the tools that an agent is offered now and that are ours, by their names' beginning. */
export function offered(prefix: string): string[] {
  return (vscode.lm.tools ?? []).map(({ name }) => name).filter((name) => name.startsWith(prefix));
}

/** The text that an agent reads of a tool's answer. */
export async function textOf(name: string, input: object, token?: vscode.CancellationToken): Promise<string> {
  const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined }, token);
  return content
    .map((part) => (typeof part === 'object' && part !== null && 'value' in part ? String(part.value) : ''))
    .join('');
}
