import type { Analysis } from '../analysis/analyze.js';
import type { Finding } from '../analysis/finding.js';
import { Sha256 } from '../sql/sha256.js';

/** Names the findings of a file by their statements: a line that is put above one changes nothing. */
export class Fingerprints {
  private readonly seen = new Map<string, number>();

  /** In: the file as the user named it. */
  constructor(private readonly path: string) {}

  /** 64 hex digits. The findings of a file have to be asked for in their order, all of them. */
  of({ rule, step }: Finding, { document }: Analysis): string {
    const statement = step && document.statements[step.top];
    const text = statement ? statement.parsed.text.replace(/\s+/g, ' ') : '';
    const own = `${rule}\n${this.path}\n${text}`;
    const times = this.seen.get(own) ?? 0;
    this.seen.set(own, times + 1);
    const digest = new Sha256().add(new TextEncoder().encode(`${own}\n${times}`)).digest();
    return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }
}
