//! The present, to the half minute: "hier" turns at midnight by itself.

let present = $state(Date.now());
setInterval(() => (present = Date.now()), 30_000);

export function now(): number {
  return present;
}
