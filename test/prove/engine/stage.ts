import type { SqlConnection } from '../../support/reset-database.js';
import type { Case, Scene } from './case.js';
import type { ProvingGround } from './database.js';
import { type Refused, runFiles, type SqlFile } from './run-file.js';
import { type Snapshot, snapshotOf } from '../../../server/src/rehearsal/snapshot.js';

/** A case on a database: what stands before the migration can be made again and again. */
export class Stage {
  constructor(
    private readonly ground: ProvingGround,
    readonly given: Case,
    readonly scene: Scene,
  ) {}

  get db(): SqlConnection {
    return this.ground.connection;
  }

  get inTransaction(): boolean {
    return this.given.config?.transaction === 'per-file';
  }

  /** An empty database with the history, its rows and what the files do not know. */
  async set(...extras: readonly string[]): Promise<void> {
    await this.ground.reset();
    for (const sql of [this.scene.history, this.scene.rows, this.given.extra ?? '', ...extras])
      if (sql.trim() !== '') await this.db.exec(sql);
    await this.db.exec('DISCARD ALL');
  }

  /** The statement as it is, and what stands behind it in the folder. */
  get original(): SqlFile[] {
    const { up, same, later } = this.given;
    return [
      { name: 'original', sql: same ?? up, transactional: true },
      ...(later === undefined ? [] : [{ name: 'later', sql: later, transactional: true }]),
    ];
  }

  run(files: readonly SqlFile[], before?: (statement: string) => Promise<void>): Promise<Refused | undefined> {
    return runFiles(this.db, files, { inTransaction: this.inTransaction, ...(before ? { before } : {}) });
  }

  snapshot(): Promise<Snapshot> {
    return snapshotOf(this.db);
  }
}
