import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const made: string[] = [];

after(() => {
  for (const folder of made) fs.rmSync(folder, { recursive: true, force: true });
});

/** A folder in the system's temporary directory, outside any repository, until the tests end. */
export class Folder {
  readonly path: string;

  /**
   * In: the text of each file, by its path in the folder. `deep`: so many folders below the temporary one that nothing
   * which is looked for above a project lists that, where other tests make and remove folders meanwhile.
   */
  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}, place: 'flat' | 'deep' = 'flat') {
    // The real path: on some systems the temporary directory is reached through a link.
    const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'airlock-test-')));
    made.push(folder);
    this.path = place === 'deep' ? path.join(folder, '1/2/3/4/5/6') : folder;
    fs.mkdirSync(this.path, { recursive: true });
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  /** The absolute path of a file in it. */
  at(name: string): string {
    return path.join(this.path, name);
  }

  write(name: string, text: string | Uint8Array): void {
    fs.mkdirSync(path.dirname(this.at(name)), { recursive: true });
    fs.writeFileSync(this.at(name), text);
  }

  read(name: string): string {
    return fs.readFileSync(this.at(name), 'utf8');
  }

  /** Names of everything below it, sorted, without what git keeps. */
  names(): string[] {
    const all = fs.readdirSync(this.path, { recursive: true, withFileTypes: true });
    return all
      .filter((entry) => !entry.isDirectory())
      .map((entry) => path.relative(this.path, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
      .filter((name) => !name.startsWith('.git/'))
      .sort();
  }

  /** Runs git here, with no configuration but the repository's own. */
  git(...words: string[]): string {
    const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false'];
    const env = { ...process.env, GIT_CONFIG_GLOBAL: os.devNull, GIT_CONFIG_SYSTEM: os.devNull };
    return execFileSync('git', [...identity, '-C', this.path, ...words], {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Makes it a repository with everything in it on the branch `main`. */
  commitAll(message = 'All of it'): void {
    if (!fs.existsSync(this.at('.git'))) this.git('init', '--initial-branch=main');
    this.git('add', '--all');
    this.git('commit', '--message', message);
  }
}
