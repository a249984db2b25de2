import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';
import type { RewriteData } from '../../server/src/protocol/messages/messages.js';

/**
 * Adds to each code action the files that the server hands over in its data, each created with its text. Only so does
 * VS Code take the files back in the same undo as the edit.
 */
export const addNewFiles: NonNullable<Middleware['provideCodeActions']> = async (
  document,
  range,
  context,
  token,
  next,
) => {
  const actions = await next(document, range, context, token);
  for (const action of actions ?? []) {
    const created = (action as { readonly data?: Partial<RewriteData> }).data?.created;
    if (created === undefined || !('edit' in action) || action.edit === undefined) continue;
    for (const { uri, text } of created) {
      const contents = new TextEncoder().encode(text);
      action.edit.createFile(vscode.Uri.parse(uri), { contents, overwrite: false, ignoreIfExists: false });
    }
  }
  return actions;
};
