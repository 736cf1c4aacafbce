/** Mean length of a month: a twelfth of 365.25 days. */
export const hoursPerMonth = (365.25 * 24) / 12;
export const secondsPerMonth = hoursPerMonth * 3600;
