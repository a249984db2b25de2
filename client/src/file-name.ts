import type * as vscode from 'vscode';

/** The last part of a URI's path: "0007_x.sql". */
export function fileName({ path }: vscode.Uri): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
