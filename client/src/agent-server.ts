import * as vscode from 'vscode';

/** What VS Code has since 1.101, and other editors may not have: it is asked for before it is used. */
declare module 'vscode' {
  interface StdioServer {
    readonly command: string;
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string | number | null>>;
    cwd?: Uri;
  }
  const McpStdioServerDefinition:
    | (new (
        label: string,
        command: string,
        args: string[],
        env: Record<string, string>,
        version: string,
      ) => StdioServer)
    | undefined;
  namespace lm {
    const registerMcpServerDefinitionProvider:
      | ((
          id: string,
          provider: {
            readonly onDidChangeMcpServerDefinitions: Event<void>;
            provideMcpServerDefinitions(): StdioServer[];
          },
        ) => Disposable)
      | undefined;
  }
}

/**
 * Offers `pg-airlock mcp` of this extension to the agents of the editor, where a setting says so: the tools of
 * agent-tools.ts are the same. `cli` is its file.
 */
export function registerAgentServer(cli: string, version: string): vscode.Disposable {
  const register = vscode.lm?.registerMcpServerDefinitionProvider;
  if (register === undefined || vscode.McpStdioServerDefinition === undefined) return new vscode.Disposable(() => {});
  const changed = new vscode.EventEmitter<void>();
  return vscode.Disposable.from(
    changed,
    vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => changed.fire()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('airlock')) changed.fire();
    }),
    register('airlock', {
      onDidChangeMcpServerDefinitions: changed.event,
      provideMcpServerDefinitions: () => agentServers(cli, version),
    }),
  );
}

/** The servers to offer now: one or none. Without trust there is none, for it asks git, and never beside the tools. */
export function agentServers(cli: string, version: string): vscode.StdioServer[] {
  const Definition = vscode.McpStdioServerDefinition;
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (Definition === undefined || folder?.uri.scheme !== 'file' || !vscode.workspace.isTrusted) return [];
  if (vscode.workspace.getConfiguration('airlock', folder).get('enable') === false) return [];
  if (vscode.workspace.getConfiguration('airlock').get('agentTools') !== 'mcp') return [];
  // The editor's own Node runs it; the folders come from the editor as the roots of the protocol.
  const server = new Definition('Airlock', process.execPath, [cli, 'mcp'], { ELECTRON_RUN_AS_NODE: '1' }, version);
  server.cwd = folder.uri;
  return [server];
}
