/** The JSON that outside programs rely on, as far as the tests read it. */
export interface JsonRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

export interface JsonFinding {
  readonly rule: string;
  readonly category: string;
  readonly severity: string;
  readonly status: string;
  readonly message: string;
  readonly page?: string;
  readonly range: JsonRange;
  readonly applied?: boolean;
  readonly fixes: readonly {
    readonly title: string;
    readonly safety: string;
    readonly files?: readonly JsonMigration[];
  }[];
}

export interface JsonMigration {
  readonly path: string;
  readonly sql: string;
  readonly transactional: boolean;
}

export interface CheckReport {
  readonly version: number;
  readonly postgres: number;
  readonly files: readonly {
    readonly path: string;
    readonly framework: string;
    readonly transaction: string;
    readonly applied: boolean;
    readonly verdict: string;
    readonly categories: Readonly<Record<string, string>>;
    readonly findings: readonly JsonFinding[];
  }[];
  readonly summary: {
    readonly files: number;
    readonly applied: number;
    readonly errors: number;
    readonly warnings: number;
    readonly infos: number;
    readonly suppressed: number;
    readonly unknown: number;
    readonly statements: number;
    readonly understood: number;
    readonly dynamic: number;
    /** Null where there is nothing to judge. */
    readonly verdict: string | null;
  };
}

export interface LocksReport {
  readonly statements: readonly {
    readonly range: JsonRange;
    readonly known: boolean;
    readonly locks: readonly { readonly relation: string; readonly mode: string; readonly blocks: readonly string[] }[];
    readonly rewrites: readonly string[];
    readonly scans: readonly string[];
    readonly indexBuilds: readonly string[];
    readonly transaction: string;
    readonly fails?: { readonly code: string; readonly message: string };
  }[];
}

export interface FixReport {
  readonly files: readonly JsonMigration[];
  readonly remaining: readonly JsonFinding[];
}

export interface RollbackReport {
  readonly files: readonly JsonMigration[];
  readonly steps: readonly { readonly range: JsonRange; readonly grade: string; readonly reason: string }[];
}

/** The rules that a check has found in one file, in order. */
export function rulesIn(report: CheckReport, file = 0): string[] {
  return (report.files[file]?.findings ?? []).map((finding) => finding.rule);
}
