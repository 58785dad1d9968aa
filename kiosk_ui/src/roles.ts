// Roles in groups, so that no screen offers more than nine; a pack of the placement cell lands in a group of its own.
import type { Level, Locale, Role } from "./protocol";

const GROUPS: Record<string, readonly string[]> = {
  software: ["software_developer", "data_analyst", "ml_engineer"],
  core: ["mechanical", "electrical", "civil"],
  people: ["sales", "bpo_voice", "general_hr"],
  speaking: ["self_introduction", "just_a_minute"],
};
const LEVELS: readonly Level[] = ["easy", "medium", "hard"];

/** The group a role belongs to: as the booth says, else by its id. */
export function groupOf(role: Role): string {
  if (role.group) return role.group;
  const found = Object.entries(GROUPS).find(([, ids]) => ids.includes(role.id));
  return found?.[0] ?? "other";
}

/** Groups that have roles, in a fixed order. */
export function groupsOf(roles: Role[]): string[] {
  const present = new Set(roles.map(groupOf));
  const known = Object.keys(GROUPS).filter((group) => present.has(group));
  return [...known, ...[...present].filter((group) => !known.includes(group))];
}

/** Levels that have questions. */
export function levelsOf(role: Role): Level[] {
  return LEVELS.filter((level) => (role.levels ? role.levels.includes(level) : (role.counts?.[level] ?? 1) > 0));
}

/** The role's name in the candidate's language. */
export function titleOf(role: Role, locale: Locale): string {
  return role.titles[locale] ?? role.titles.en;
}
