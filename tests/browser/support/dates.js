// Calendar dates (`YYYY-MM-DD`): today in a time zone, and days around it.

/** Today's date in an IANA time zone. */
export function today(zone = "UTC") {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(new Date());
}

/** The date `days` after (or, negative, before) `date`. */
export function shift(date, days) {
  const moment = new Date(`${date}T00:00:00Z`);
  moment.setUTCDate(moment.getUTCDate() + days);
  return moment.toISOString().slice(0, 10);
}
