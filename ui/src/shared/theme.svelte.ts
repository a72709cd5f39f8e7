//! The theme: that of the system, until the person chooses.

export const THEMES = ["systeme", "clair", "sombre", "contraste"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "lutrin.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const contrast = matchMedia("(prefers-contrast: more)");

function stored(): Theme {
  const value = localStorage.getItem(KEY);
  return THEMES.find((each) => each === value) ?? "systeme";
}

let chosen = $state<Theme>(stored());

function apply(): void {
  const followed = contrast.matches ? "contraste" : dark.matches ? "sombre" : "clair";
  document.documentElement.dataset.theme = chosen === "systeme" ? followed : chosen;
}

/** Sets the theme before the first screen, and follows the system from then on. */
export function startTheme(): void {
  apply();
  dark.addEventListener("change", apply);
  contrast.addEventListener("change", apply);
}

export function theme(): Theme {
  return chosen;
}

export function chooseTheme(value: Theme): void {
  chosen = value;
  localStorage.setItem(KEY, value);
  apply();
}
