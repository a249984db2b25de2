import assert from 'node:assert/strict';
import { type FileContent, MirroredFiles } from '../../server/src/workspace/mirrored-files.js';

/** Files on another machine, and what was asked of it. */
class Elsewhere {
  readonly listings: string[] = [];
  readonly reads: string[][] = [];
  readonly news: (readonly string[] | undefined)[] = [];
  readonly cut: string[] = [];
  late = 0;
  roots: string[] = ['/r'];
  fails = false;
  readonly mirror: MirroredFiles;

  constructor(
    readonly disk: Map<string, FileContent>,
    isCut = false,
  ) {
    this.mirror = new MirroredFiles(
      {
        listing: async (folder) => {
          this.listings.push(folder);
          const below = [...disk.keys()].filter((path) => path.startsWith(`${folder}/`));
          const entries = below.map((path) => path.slice(folder.length + 1));
          return { entries: entries.flatMap((path) => [...foldersOf(path), path]), isCut };
        },
        contents: async (paths) => {
          this.reads.push([...paths]);
          if (this.fails) throw new Error('The other machine does not answer.');
          return paths.map((path) => disk.get(path) ?? this.folderAt(path));
        },
      },
      {
        roots: () => this.roots,
        onNews: (changed) => this.news.push(changed),
        onLate: () => {
          this.late += 1;
        },
        onCut: (folder) => this.cut.push(folder),
      },
    );
  }

  private folderAt(path: string): FileContent {
    return [...this.disk.keys()].some((each) => each.startsWith(`${path}/`)) ? { isFolder: true } : { missing: true };
  }
}

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/`);
}

const text = (value: string): FileContent => ({ bytes: new TextEncoder().encode(value) });

const project = (): Elsewhere =>
  new Elsewhere(
    new Map([
      ['/r/airlock.config.json', text('{}')],
      ['/r/db/0001_a.sql', text('SELECT 1;')],
      ['/r/db/0002_b.sql', text('SELECT 2;')],
      ['/r/.hidden/x.sql', text('')],
      ['/r/node_modules/p/y.sql', text('')],
    ]),
  );

describe('files that can only be waited for', () => {
  it('are asked for once it is known which, in one go, and what asked is repeated until all are there', async () => {
    const { mirror, reads, listings } = project();
    let runs = 0;
    const found = await mirror.settled(() => {
      runs += 1;
      const { files } = mirror;
      const config = files.read('/r/airlock.config.json');
      return 'text' in config ? files.walk('/r/db').map((path) => files.read(path)) : [];
    });
    assert.deepEqual(found, [{ text: 'SELECT 1;' }, { text: 'SELECT 2;' }]);
    assert.deepEqual(listings, ['/r']);
    assert.deepEqual(reads, [['/r/airlock.config.json'], ['/r/db/0001_a.sql', '/r/db/0002_b.sql']]);
    assert.equal(runs, 3);
    await mirror.settled(() => mirror.files.read('/r/db/0001_a.sql'));
    assert.equal(reads.length, 2, 'nothing is read twice');
  });

  it('are listed as the disk lists them: no hidden folders and no packages', async () => {
    const { mirror } = project();
    const { files } = mirror;
    const found = await mirror.settled(() => ({
      all: files.walk('/r'),
      here: files.list('/r'),
      kinds: ['/r', '/r/db', '/r/db/0001_a.sql', '/r/db/0009.sql', '/elsewhere', '/r/.hidden'].map(files.exists),
    }));
    assert.deepEqual(found.all, ['/r/airlock.config.json', '/r/db/0001_a.sql', '/r/db/0002_b.sql']);
    assert.deepEqual(found.here, ['/r/airlock.config.json']);
    assert.deepEqual(found.kinds, ['directory', 'directory', 'file', undefined, undefined, 'directory']);
  });

  it('have the same words for what cannot be read as the disk', async () => {
    const { mirror } = new Elsewhere(
      new Map<string, FileContent>([
        ['/r/large.sql', { size: 30 * 1024 * 1024 }],
        ['/r/utf16.sql', { bytes: new Uint8Array([0xff, 0xfe, 0x41, 0]) }],
        ['/r/locked.sql', { problem: 'NoPermissions' }],
      ]),
    );
    const words = async (path: string): Promise<string> => {
      const result = await mirror.settled(() => mirror.files.read(path));
      return 'problem' in result ? result.problem.message : result.text;
    };
    assert.equal(await words('/r/large.sql'), 'This file has 30 MB; Airlock reads files up to 20 MB.');
    assert.match(await words('/r/utf16.sql'), /^This is UTF-16/);
    assert.equal(await words('/r/locked.sql'), 'This file cannot be read (NoPermissions).');
    assert.equal(await words('/r/none.sql'), 'There is no such file or directory.');
    assert.equal(await words('/r'), 'This is a directory.');
  });

  it('follow changes: a text, a new file in a new folder, a folder, and what is gone', async () => {
    const { mirror, disk, reads, news } = project();
    const { files } = mirror;
    const all = (): Promise<ReadonlyMap<string, unknown>> =>
      mirror.settled(() => new Map([...files.walk('/r')].sort().map((path) => [path, files.read(path)])));
    await all();
    news.length = 0;
    disk.set('/r/db/0001_a.sql', text('SELECT 3;'));
    mirror.changed(['/r/db/0001_a.sql', '/other/file.sql']);
    assert.deepEqual((await all()).get('/r/db/0001_a.sql'), { text: 'SELECT 3;' });
    assert.deepEqual(reads.at(-1), ['/r/db/0001_a.sql'], 'what stands in no folder of the workspace is not asked for');
    assert.deepEqual(news, [['/r/db/0001_a.sql']], 'the rest is not made anew');
    disk.set('/r/more/deep/0003_c.sql', text('SELECT 4;'));
    disk.delete('/r/db/0002_b.sql');
    mirror.changed(['/r/more/deep/0003_c.sql', '/r/db/0002_b.sql']);
    assert.deepEqual(
      [...(await all()).keys()],
      ['/r/airlock.config.json', '/r/db/0001_a.sql', '/r/more/deep/0003_c.sql'],
    );
    disk.set('/r/moved/0004_d.sql', text(''));
    disk.delete('/r/more/deep/0003_c.sql');
    mirror.changed(['/r/moved', '/r/more']);
    assert.deepEqual([...(await all()).keys()], ['/r/airlock.config.json', '/r/db/0001_a.sql', '/r/moved/0004_d.sql']);
  });

  it('are asked for by many at a time once', async () => {
    const { mirror, reads, listings } = project();
    const read = (): Promise<unknown> => mirror.settled(() => mirror.files.read('/r/db/0001_a.sql'));
    assert.deepEqual(await Promise.all([read(), read(), read()]), Array(3).fill({ text: 'SELECT 1;' }));
    assert.equal(listings.length, 1);
    assert.equal(reads.length, 1);
  });

  it('say so when somebody has asked without waiting, once', async () => {
    const elsewhere = project();
    const { mirror } = elsewhere;
    await mirror.settled(() => {});
    assert.match(JSON.stringify(mirror.files.read('/r/db/0001_a.sql')), /not been read yet/);
    mirror.files.read('/r/db/0002_b.sql');
    assert.equal(elsewhere.late, 1);
    await mirror.settled(() => {});
    assert.deepEqual(mirror.files.read('/r/db/0001_a.sql'), { text: 'SELECT 1;' });
    assert.equal(elsewhere.late, 1);
  });

  it('are there again when the other machine has not answered for a while', async () => {
    const elsewhere = project();
    const read = (): Promise<unknown> =>
      elsewhere.mirror.settled(() => elsewhere.mirror.files.read('/r/db/0001_a.sql'));
    elsewhere.fails = true;
    await assert.rejects(read(), /does not answer/);
    elsewhere.fails = false;
    assert.deepEqual(await read(), { text: 'SELECT 1;' });
  });

  it('give an error of what asked, when all files are there', async () => {
    const { mirror } = project();
    const failing = mirror.settled(() => {
      const result = mirror.files.read('/r/db/0001_a.sql');
      throw new Error('text' in result ? 'all is there' : 'something is missing');
    });
    await assert.rejects(failing, /all is there/);
  });

  it('are those of folders that come, and say when there are too many', async () => {
    const elsewhere = new Elsewhere(new Map([['/s/a.sql', text('')]]), true);
    elsewhere.roots = [];
    assert.deepEqual(await elsewhere.mirror.settled(() => elsewhere.mirror.files.walk('/s')), []);
    elsewhere.roots = ['/s'];
    assert.deepEqual(await elsewhere.mirror.settled(() => elsewhere.mirror.files.walk('/s')), ['/s/a.sql']);
    assert.deepEqual(elsewhere.cut, ['/s']);
  });
});
