import * as vscode from 'vscode';
import { methods } from '../../server/src/protocol/messages/messages.js';
import type { PendingDetail, PendingDetailsParams, PendingFolder } from '../../server/src/protocol/messages/pending.js';
import type { AirlockServer } from './language-client.js';

/** How long nothing has to change before the list is read again, in ms. */
const REST = 500;

/** So many are asked for at a time: what stands above comes soon. */
const CHUNK = 20;

/** Of a folder in which nothing is known to be applied, so many are judged. */
const MOST = 200;

interface FolderNode {
  readonly kind: 'folder';
  readonly title: string;
  readonly migrations: readonly MigrationNode[];
  /** Older ones that are not shown. */
  readonly more: number;
}

/** Commands of the view take its `uri`. */
interface MigrationNode {
  readonly kind: 'migration';
  readonly uri: vscode.Uri;
  readonly name: string;
}

interface NoteNode {
  readonly kind: 'note';
  readonly label: string;
  readonly tooltip: string;
  readonly icon: string;
}

type Node = FolderNode | MigrationNode | NoteNode;

/** The migrations that are not applied yet, each with its verdict, its strongest lock, and what it leaves open. */
export class PendingView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Node>;
  private readonly registrations: vscode.Disposable;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private folders: readonly FolderNode[] = [];
  private details = new Map<string, PendingDetail>();
  /** Counts the readings: an older one that ends late changes nothing. */
  private reading = 0;

  constructor(
    private readonly server: AirlockServer,
    private readonly output: vscode.LogOutputChannel,
  ) {
    this.view = vscode.window.createTreeView('airlock.pending', { treeDataProvider: this, showCollapseAll: true });
    this.registrations = vscode.Disposable.from(
      this.view,
      this.changed,
      this.view.onDidChangeVisibility(({ visible }) => visible && this.refreshSoon()),
      // Whatever changes a finding of any migration may change the list.
      vscode.languages.onDidChangeDiagnostics(() => this.refreshSoon()),
      vscode.workspace.onDidSaveTextDocument(() => this.refreshSoon()),
      vscode.workspace.onDidCreateFiles(() => this.refreshSoon()),
      vscode.workspace.onDidDeleteFiles(() => this.refreshSoon()),
      vscode.workspace.onDidRenameFiles(() => this.refreshSoon()),
      server.onStatus(({ applied }) => {
        // A view of its own stands only where there are migrations.
        if (applied !== undefined) void vscode.commands.executeCommand('setContext', 'airlock.hasMigrations', true);
      }),
    );
  }

  /** Reads the list anew; resolves when all of it is shown. */
  async refresh(): Promise<void> {
    const reading = ++this.reading;
    const folders = await this.server.request<readonly PendingFolder[]>(methods.pendingMigrations, {});
    if (reading !== this.reading) return;
    this.folders = folders.filter(({ files }) => files.length > 0).map((folder) => this.folderOf(folder));
    this.show();
    const uris = this.folders.flatMap(({ migrations }) => migrations.map(({ uri }) => this.server.toProtocol(uri)));
    for (let at = 0; at < uris.length; at += CHUNK) {
      const params: PendingDetailsParams = { uris: uris.slice(at, at + CHUNK) };
      const found = await this.server.request<readonly PendingDetail[]>(methods.pendingDetails, params);
      if (reading !== this.reading) return;
      for (const each of found) this.details.set(this.server.fromProtocol(each.uri).toString(), each);
      this.show();
    }
  }

  /** A migration of the folder whose list is asked for; undefined where none is pending. */
  async sample(): Promise<vscode.Uri | undefined> {
    if (this.folders.length === 0) await this.refresh();
    const [first, ...others] = this.folders;
    if (others.length === 0) return first?.migrations[0]?.uri;
    const picked = await vscode.window.showQuickPick(
      this.folders.map((folder) => ({ label: folder.title, uri: folder.migrations[0]?.uri })),
      { title: vscode.l10n.t('Pending migrations of which folder?') },
    );
    return picked?.uri;
  }

  private refreshSoon(): void {
    if (!this.view.visible) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.refresh().catch((error: unknown) =>
        this.output.warn(`The list of pending migrations was not read: ${String(error)}`),
      );
    }, REST);
  }

  private folderOf({ title, files }: PendingFolder): FolderNode {
    const newest = files.slice(-MOST);
    return {
      kind: 'folder',
      title,
      migrations: newest.map(({ uri, name }) => ({ kind: 'migration', uri: this.server.fromProtocol(uri), name })),
      more: files.length - newest.length,
    };
  }

  private show(): void {
    const all = this.folders.flatMap(({ migrations }) => migrations);
    const blocked = all.filter(({ uri }) => this.details.get(uri.toString())?.verdict === 'BLOCK').length;
    const count = this.folders.reduce((sum, { migrations, more }) => sum + migrations.length + more, 0);
    this.view.description = count === 0 ? '' : `${count}${blocked > 0 ? ` · ${blocked} BLOCK` : ''}`;
    const restricted = vscode.workspace.isTrusted
      ? ''
      : vscode.l10n.t('Restricted Mode: git is not asked which migrations have run.');
    this.view.message = count === 0 ? vscode.l10n.t('No migration is pending.') : restricted;
    this.changed.fire(undefined);
  }

  getChildren(node?: Node): Node[] {
    const [first, ...others] = this.folders;
    if (node === undefined) return first && others.length === 0 ? this.inFolder(first) : [...this.folders];
    if (node.kind === 'folder') return this.inFolder(node);
    if (node.kind === 'note') return [];
    return (this.details.get(node.uri.toString())?.openEnds ?? []).map(({ text, ending }) => ({
      kind: 'note',
      label: text,
      tooltip: vscode.l10n.t('Left open. What ends it: {0}', ending),
      icon: 'circle-large-outline',
    }));
  }

  private inFolder({ migrations, more }: FolderNode): Node[] {
    if (more === 0) return [...migrations];
    const label = vscode.l10n.t('{0} older ones', more);
    const tooltip = vscode.l10n.t('Set "applied" in airlock.config.json to say which migrations have run.');
    return [{ kind: 'note', label, tooltip, icon: 'ellipsis' }, ...migrations];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === 'folder') {
      const item = new vscode.TreeItem(node.title, vscode.TreeItemCollapsibleState.Expanded);
      item.contextValue = 'folder';
      item.iconPath = vscode.ThemeIcon.Folder;
      return item;
    }
    if (node.kind === 'note') {
      const item = new vscode.TreeItem(node.label);
      item.tooltip = node.tooltip;
      item.iconPath = new vscode.ThemeIcon(node.icon);
      item.accessibilityInformation = { label: `${node.label}. ${node.tooltip}` };
      return item;
    }
    return migrationItem(node, this.details.get(node.uri.toString()));
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.registrations.dispose();
  }
}

const icons: Readonly<Record<PendingDetail['verdict'], readonly [icon: string, color: string | undefined]>> = {
  BLOCK: ['error', 'list.errorForeground'],
  'SAFE WITH MODIFICATIONS': ['warning', 'list.warningForeground'],
  'SAFE TO SHIP': ['pass', 'testing.iconPassed'],
  'NOTHING TO JUDGE': ['circle-slash', undefined],
};

function migrationItem({ name, uri }: MigrationNode, detail: PendingDetail | undefined): vscode.TreeItem {
  const label = name.replace(/^.*\//, '');
  const hasMore = (detail?.openEnds.length ?? 0) > 0;
  const item = new vscode.TreeItem(
    label,
    hasMore ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
  );
  item.id = uri.toString();
  item.contextValue = 'migration';
  item.command = { title: vscode.l10n.t('Open'), command: 'vscode.open', arguments: [uri] };
  if (!detail) {
    item.iconPath = new vscode.ThemeIcon('loading~spin');
    item.accessibilityInformation = { label: vscode.l10n.t('{0}, not judged yet', label) };
    return item;
  }
  const { verdict, lock, waits, phases, openEnds, errors = 0, warnings = 0, problem } = detail;
  const [icon, color] = icons[verdict];
  item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
  const open = hasMore ? vscode.l10n.t('{0} left open', openEnds.length) : '';
  const words = [verdict, lock ?? '', phases.join(', '), open].filter((each) => each !== '');
  item.description = words.join(' · ');
  const counts = vscode.l10n.t('{0} errors, {1} warnings', errors, warnings);
  const lines = [
    name,
    errors + warnings > 0 ? `${verdict}: ${counts}` : verdict,
    ...(problem === undefined ? [] : [problem]),
    lock === undefined ? '' : vscode.l10n.t('{0}: {1} wait', lock, waits ?? ''),
    phases.length > 0 ? vscode.l10n.t('Phase: {0}', phases.join(', ')) : '',
    ...openEnds.map(({ text }) => vscode.l10n.t('Left open: {0}', text)),
  ].filter((each) => each !== '');
  item.tooltip = lines.join('\n');
  item.accessibilityInformation = { label: `${label}. ${lines.slice(1).join('. ')}` };
  return item;
}
