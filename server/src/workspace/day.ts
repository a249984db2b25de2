/** Today in UTC, such as 2027-01-31: it ends at the same time for everybody of a team. */
export function todayInUtc(): string {
  return new Date().toISOString().slice(0, 10);
}
