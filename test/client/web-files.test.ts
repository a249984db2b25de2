import assert from 'node:assert/strict';
import Module from 'node:module';
import type {
  ReadFilesResult,
  ListFolderResult,
  ReadPackageFileResult,
} from '../../server/src/protocol/messages/web-files.js';

/** As much of VS Code's own as a client needs that gives out files. */
class Uri {
  constructor(
    readonly scheme: string,
    readonly path: string,
  ) {}
  static parse(text: string): Uri {
    const [, scheme = '', path = ''] = /^([\w-]+):(.*)$/.exec(text) ?? [];
    return new Uri(scheme, decodeURIComponent(path));
  }
  static joinPath({ scheme, path }: Uri, ...more: string[]): Uri {
    return new Uri(scheme, [path, ...more].join('/').replace(/\/+/g, '/').replace(/\/$/, ''));
  }
}
class FileSystemError extends Error {
  readonly code = 'FileNotFound';
}

const FileType = { File: 1, Directory: 2, SymbolicLink: 64 };

/** What stands where: texts, folders with "/" behind their names, and a link. */
const disk = new Map<string, string>([
  ['/shop/db/0001_a.sql', 'SELECT 1;'],
  ['/shop/.git/HEAD', 'ref'],
  ['/shop/node_modules/p/x.sql', ''],
  ['/shop/link.sql', 'LINK'],
  ['/secret/key', 'secret'],
  ['/extension/rules/a.md', '# a'],
]);

const isFolder = (path: string): boolean => [...disk.keys()].some((each) => each.startsWith(`${path}/`));

const vscode = {
  Uri,
  FileType,
  FileSystemError,
  Disposable: { from: () => ({ dispose() {} }) },
  workspace: {
    getWorkspaceFolder: ({ scheme, path }: Uri) =>
      scheme === 'memfs' && (path === '/shop' || path.startsWith('/shop/')) ? {} : undefined,
    fs: {
      async stat({ path }: Uri) {
        const text = disk.get(path);
        if (text === undefined && !isFolder(path)) throw new FileSystemError(path);
        const type = text === undefined ? FileType.Directory : FileType.File;
        return {
          type: text === 'LINK' ? type | FileType.SymbolicLink : type,
          size: path.endsWith('large.sql') ? 3e7 : 9,
        };
      },
      async readFile({ path }: Uri) {
        const text = disk.get(path);
        if (text === undefined) throw new FileSystemError(path);
        return new TextEncoder().encode(text);
      },
      async readDirectory({ path }: Uri) {
        const names = [...disk.keys()].flatMap((each) => {
          if (!each.startsWith(`${path}/`)) return [];
          const [name = '', ...more] = each.slice(path.length + 1).split('/');
          const link = disk.get(each) === 'LINK' ? FileType.SymbolicLink : 0;
          return [[name, (more.length > 0 ? FileType.Directory : FileType.File) | link] as const];
        });
        return [...new Map(names)];
      },
    },
  },
};

type Ask = <R>(method: string, params: object) => Promise<R>;

/** Loads client/src/web-files.ts with that in the place of VS Code, and gives a way to ask it. */
function answering(): Ask {
  const loader = Module as unknown as { _load(request: string, ...more: unknown[]): unknown };
  const before = loader._load;
  loader._load = (request, ...more) => (request === 'vscode' ? vscode : before(request, ...more));
  try {
    const { answerForFiles } = require('../../client/src/web-files.js') as {
      answerForFiles(client: object, extension: Uri): unknown;
    };
    const handlers = new Map<string, (params: object) => unknown>();
    const onRequest = (method: string, handler: (params: object) => unknown) => handlers.set(method, handler);
    answerForFiles({ onRequest }, new Uri('memfs', '/extension'));
    return async <R>(method: string, params: object): Promise<R> => (await handlers.get(method)?.(params)) as R;
  } finally {
    loader._load = before;
  }
}

describe('the files that a client gives to a server in a browser', () => {
  const ask = answering();
  const read = async (uri: string): Promise<unknown> => {
    const [file] = (await ask<ReadFilesResult>('airlock/readFiles', { uris: [uri] })).files;
    return file && 'bytes' in file ? new TextDecoder().decode(file.bytes) : file;
  };

  it('are those of the workspace, and no others', async () => {
    assert.equal(await read('memfs:/shop/db/0001_a.sql'), 'SELECT 1;');
    assert.deepEqual(await read('memfs:/shop/db/0002_b.sql'), { missing: true });
    assert.deepEqual(await read('memfs:/shop/db'), { isFolder: true });
    for (const uri of [
      'memfs:/secret/key',
      'memfs:/shop/../secret/key',
      'memfs:/shop/%2e%2e/secret/key',
      'memfs:/shop%2F..%2Fsecret/key',
      'vscode-userdata:/shop/db/0001_a.sql',
    ])
      assert.deepEqual(await read(uri), { missing: true }, uri);
  });

  it('are none that a link leads to', async () => {
    assert.deepEqual(await read('memfs:/shop/link.sql'), { missing: true });
  });

  it('are not handed over when they are too large', async () => {
    disk.set('/shop/large.sql', '');
    assert.deepEqual(await read('memfs:/shop/large.sql'), { size: 3e7 });
    disk.delete('/shop/large.sql');
  });

  it('are listed without what stands in hidden folders and packages', async () => {
    const { entries, isCut } = await ask<ListFolderResult>('airlock/listFolder', { uri: 'memfs:/shop' });
    assert.deepEqual([...entries].sort(), ['.git/', 'db/', 'db/0001_a.sql', 'node_modules/']);
    assert.equal(isCut, false);
    assert.deepEqual((await ask<ListFolderResult>('airlock/listFolder', { uri: 'memfs:/secret' })).entries, []);
  });

  it('and those of the extension, and nothing beside it', async () => {
    const page = async (path: string): Promise<string | null> => {
      const { bytes } = await ask<ReadPackageFileResult>('airlock/readPackageFile', { path });
      return bytes && new TextDecoder().decode(bytes);
    };
    assert.equal(await page('rules/a.md'), '# a');
    assert.equal(await page('rules/b.md'), null);
    assert.equal(await page('../secret/key'), null);
  });
});
