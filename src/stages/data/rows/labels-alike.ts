/**
 * What to say of labels that differ only in upper and lower case: nearly always one label, written in two ways.
 * Null where there are none.
 */
export function labelsAlike(labels: readonly string[]): string | null {
  const spellings = new Map<string, string[]>();
  for (const label of labels) {
    const key = label.toLowerCase();
    spellings.set(key, [...(spellings.get(key) ?? []), label]);
  }
  const alike = [...spellings.values()].filter(group => group.length > 1);
  if (alike.length === 0) return null;
  const shown = alike.slice(0, 5).map(group => group.map(label => JSON.stringify(label)).join(' and '));
  const more = alike.length > shown.length ? `, and ${alike.length - shown.length} more` : '';
  return `Warning: labels that differ only in case count as different: ${shown.join(', ')}${more}. Write them alike in the rows if they mean the same.`;
}
