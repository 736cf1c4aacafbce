/**
 * Places of each number that occurs at least so often, in their order. Only those are held: the others cost a sorted
 * copy.
 *
 * @param least at least 2; numbers that are no number are left out
 */
export function repeatedPlaces(numbers: Float64Array, least = 2): Map<number, number[]> {
  const sorted = numbers.slice().sort();
  const groups = new Map<number, number[]>();
  for (let from = 0; from < sorted.length; ) {
    let to = from + 1;
    while (to < sorted.length && sorted[to] === sorted[from]) to++;
    if (to - from >= least) groups.set(sorted[from]!, []);
    from = to;
  }
  if (groups.size > 0) for (let at = 0; at < numbers.length; at++) groups.get(numbers[at]!)?.push(at);
  return groups;
}
