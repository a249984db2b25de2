/** A version of PostgreSQL as people write it: 14, "14" or "14.3". */
export type WrittenVersion = number | string;

/** A major version, with or without its minor. */
export const versionPattern = /^(1[4-8])(?:\.(\d{1,2}))?$/;

/** The parts of a written version; undefined for what is none that Airlock knows. */
export function readVersion(written: WrittenVersion): { major: number; minor: number | undefined } | undefined {
  const [, major, minor] = versionPattern.exec(String(written)) ?? [];
  return major === undefined
    ? undefined
    : { major: Number(major), minor: minor === undefined ? undefined : Number(minor) };
}
