/**
 * Interest a month of a yearly rate, compounded.
 *
 * @param yearly share a year, above -1
 */
export function monthlyRate(yearly: number): number {
  return (1 + yearly) ** (1 / 12) - 1;
}

/**
 * Equal payment a month that repays an amount with interest over a life (a spreadsheet's PMT): what a machine that
 * was bought costs a month.
 *
 * @param amount in any currency
 * @param ratePerMonth share a month, at least 0
 * @param months above 0
 * @see R. Brealey, S. Myers, F. Allen, "Principles of Corporate Finance", 10th ed., 2011, section 6.3 (equivalent annual cash flow)
 */
export function monthlyPayment(amount: number, ratePerMonth: number, months: number): number {
  if (ratePerMonth === 0) return amount / months;
  return (amount * ratePerMonth) / (1 - (1 + ratePerMonth) ** -months);
}

/**
 * Present value of a cost that is paid at the start and at the end of every month; it may change from year to year.
 *
 * @param upfront paid at once
 * @param monthlyInYear what each month of year 0, 1, … costs
 * @param ratePerMonth share a month
 * @param months whole number of at least 1
 */
export function presentValue(
  upfront: number,
  monthlyInYear: (year: number) => number,
  ratePerMonth: number,
  months: number,
): number {
  let sum = upfront;
  let factor = 1;
  let monthly = 0;
  for (let month = 0; month < months; month++) {
    if (month % 12 === 0) monthly = monthlyInYear(month / 12);
    factor /= 1 + ratePerMonth;
    sum += monthly * factor;
  }
  return sum;
}
