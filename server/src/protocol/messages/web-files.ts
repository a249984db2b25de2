/**
 * What a server in a browser asks of its client, which has the file systems of the editor. Nothing outside the folders
 * of the workspace is given out.
 */

/** Request `airlock/listFolder`, from server to client: the names of everything below a folder of the workspace. */
export interface ListFolderParams {
  readonly uri: string;
}
export interface ListFolderResult {
  /** Paths from the folder, "db/0001_a.sql"; folders end with "/". Hidden folders and node_modules are not looked into. */
  readonly entries: readonly string[];
  /** True when there is more than is listed. */
  readonly isCut: boolean;
}

/** Request `airlock/readFiles`, from server to client. */
export interface ReadFilesParams {
  readonly uris: readonly string[];
}
export interface ReadFilesResult {
  /** One for each URI, in their order. */
  readonly files: readonly WireContent[];
}
/** The bytes of a file; its size in bytes, where it is too large to be handed over; why there is neither. */
export type WireContent =
  | { readonly bytes: ArrayBuffer }
  | { readonly size: number }
  | { readonly missing: true }
  | { readonly isFolder: true }
  | { readonly problem: string };

/** Request `airlock/readPackageFile`, from server to client: a file of the installed extension. */
export interface ReadPackageFileParams {
  /** "rules/data-loss/no-drop-column.md". */
  readonly path: string;
}
export interface ReadPackageFileResult {
  /** Null where there is no such file. */
  readonly bytes: ArrayBuffer | null;
}

export const fileMethods = {
  listFolder: 'airlock/listFolder',
  readFiles: 'airlock/readFiles',
  readPackageFile: 'airlock/readPackageFile',
} as const;
