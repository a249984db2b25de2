import type { Connection, TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding } from '../analysis/finding.js';
import type { Checked, Checker } from './checker.js';
import type { ClientFeatures } from './client-features.js';
import type { EditorSettingsCache } from './editor-settings.js';
import type { HeldFindings } from './held-findings.js';
import type { Memo } from './memo.js';
import type { StatusReporter } from './status.js';
import type { Typing } from './typing.js';

/** The result for a document, with the text that it speaks of: the open document may be further on by now. */
export interface Current extends Checked {
  readonly document: TextDocument;
}

/** What the handlers of one connection share. It holds no results except the memo of the last one of each document. */
export interface Session {
  readonly connection: Connection;
  readonly features: ClientFeatures;
  readonly documents: TextDocuments<TextDocument>;
  /** URIs of the workspace folders as they are now. */
  folders(): readonly string[];
  readonly settings: EditorSettingsCache;
  readonly status: StatusReporter;
  readonly checker: Checker;
  readonly memo: Memo<Current>;
  readonly typing: Typing;
  /** What was shown of code when it was last whole. */
  readonly held: HeldFindings;
  /** The address of a rule's page. */
  pageOf(finding: Pick<Finding, 'rule' | 'category'>): string;
}
