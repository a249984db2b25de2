import * as vscode from 'vscode';

/** What a server is asked for. Each has an address of its own: sizes come from production, where no rehearsal belongs. */
export type Purpose = 'sizes' | 'rehearsal';

/** The address of a server as a person has chosen it; without a URL psql's variables hold. */
export interface ChosenAddress {
  readonly url?: string;
}

interface Kept {
  readonly url: string;
  /** The address without its secret. */
  readonly shown: string;
}

interface Choice extends vscode.QuickPickItem {
  readonly act: 'kept' | 'enter' | 'variables' | 'forget';
}

/** Addresses of PostgreSQL servers. They hold passwords, so they are kept in the secret storage and nowhere else. */
export class DatabaseAddresses {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  /** Asks which server is meant; undefined when the person turns away. `title` is that of the command. */
  async choose(purpose: Purpose, folder: vscode.Uri, title: string): Promise<ChosenAddress | undefined> {
    const key = keyOf(purpose, folder);
    const kept = await this.kept(key);
    const choice = await vscode.window.showQuickPick(choices(kept, purpose), {
      title,
      placeHolder: vscode.l10n.t('Which PostgreSQL server?'),
    });
    switch (choice?.act) {
      case 'kept':
        return kept && { url: kept.url };
      case 'variables':
        return {};
      case 'enter':
        return enter(title);
      case 'forget':
        await this.secrets.delete(key);
        return this.choose(purpose, folder, title);
      case undefined:
        return undefined;
    }
  }

  /** Keeps an address that has answered, for the folder it was used in. `shown` is the address without its secret. */
  async keep(purpose: Purpose, folder: vscode.Uri, { url }: ChosenAddress, shown: string): Promise<void> {
    if (url !== undefined)
      await this.secrets.store(keyOf(purpose, folder), JSON.stringify({ url, shown } satisfies Kept));
  }

  private async kept(key: string): Promise<Kept | undefined> {
    const text = await this.secrets.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as Kept);
  }
}

function keyOf(purpose: Purpose, folder: vscode.Uri): string {
  return `airlock.${purpose}:${folder.toString()}`;
}

/** A rehearsal makes and drops databases: it runs where somebody has named the server, and nowhere by accident. */
function choices(kept: Kept | undefined, purpose: Purpose): Choice[] {
  const enterOne: Choice = {
    act: 'enter',
    label: vscode.l10n.t('$(edit) Enter an Address…'),
    detail: vscode.l10n.t("postgres://user@host:5432/database. Kept in VS Code's secret storage, in no file."),
  };
  const variables: Choice = {
    act: 'variables',
    label: vscode.l10n.t("$(terminal) psql's Variables"),
    detail: vscode.l10n.t('PGHOST, PGDATABASE, PGUSER, PGPASSWORD … as VS Code was started with them.'),
  };
  return [
    ...(kept === undefined
      ? []
      : [{ act: 'kept' as const, label: `$(database) ${kept.shown}`, description: vscode.l10n.t('as last time') }]),
    enterOne,
    ...(purpose === 'sizes' ? [variables] : []),
    ...(kept === undefined
      ? []
      : [{ act: 'forget' as const, label: vscode.l10n.t('$(trash) Forget {0}', kept.shown) }]),
  ];
}

async function enter(title: string): Promise<ChosenAddress | undefined> {
  const url = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('postgres://user:password@host:5432/database, or env:NAME for a variable that holds it'),
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) =>
      /^\s*(postgres(ql)?:\/\/|env:\w)/.test(text)
        ? undefined
        : vscode.l10n.t('It begins with postgres:// or env:, such as postgres://user@host:5432/database.'),
  });
  return url === undefined ? undefined : { url: url.trim() };
}
