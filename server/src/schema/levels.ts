import type { Transaction } from '../sql/action.js';
import { Layer } from './layers.js';

/** The levels of a state that is being replayed: a file's own, and on it those of an open transaction. */
export class Levels {
  top: Layer;

  constructor(below: Layer | undefined) {
    this.top = new Layer(below, 'file');
  }

  /** True between BEGIN and its end. */
  get inTransaction(): boolean {
    return this.top.level !== 'file';
  }

  /** Follows a statement of transactions. */
  follow({ operation, savepoint }: Pick<Transaction, 'operation' | 'savepoint'>): void {
    switch (operation) {
      case 'begin':
        return this.begin();
      case 'savepoint':
        return this.setSavepoint(savepoint ?? '');
      case 'commit':
        while (this.inTransaction) this.keep();
        return;
      case 'rollback':
        while (this.inTransaction) this.forget();
        return;
      case 'release':
        return this.releaseSavepoint(savepoint);
      case 'rollbackTo':
        return this.rollbackTo(savepoint);
      default:
        return;
    }
  }

  /** BEGIN inside a transaction is only a warning to PostgreSQL, and nothing here. */
  private begin(): void {
    if (!this.inTransaction) this.top = new Layer(this.top, 'transaction');
  }

  private setSavepoint(name: string): void {
    if (this.inTransaction) this.top = new Layer(this.top, 'savepoint', name);
  }

  /** Back to a savepoint, which stays. Without a name: the innermost. */
  private rollbackTo(name?: string): void {
    if (!this.hasSavepoint(name)) return;
    for (;;) {
      const { savepoint, level } = this.top;
      if (level !== 'savepoint') return;
      this.forget();
      if (name === undefined || savepoint === name) {
        this.setSavepoint(savepoint ?? '');
        return;
      }
    }
  }

  /** Keeps what came since a savepoint. */
  private releaseSavepoint(name?: string): void {
    if (!this.hasSavepoint(name)) return;
    for (;;) {
      const { savepoint, level } = this.top;
      if (level !== 'savepoint') return;
      this.keep();
      if (name === undefined || savepoint === name) return;
    }
  }

  private hasSavepoint(name: string | undefined): boolean {
    for (let layer: Layer | undefined = this.top; layer?.level === 'savepoint'; layer = layer.below) {
      if (name === undefined || layer.savepoint === name) return true;
    }
    return false;
  }

  private keep(): void {
    const { top } = this;
    const { below } = top;
    if (!below) return;
    below.take(top);
    this.top = below;
  }

  private forget(): void {
    if (this.top.below) this.top = this.top.below;
  }
}
