// The console's words: one flat file per language, placeholders in braces; times as the language writes them.
import { createContext, use } from "react";
import type { Locale } from "../protocol";
import en from "./words/en.json";
import hi from "./words/hi.json";

export type Key = keyof typeof en;
type Values = Record<string, string | number>;

export class ConsoleWords {
  private readonly table: Record<string, string>;

  constructor(readonly locale: Locale) {
    const tables: Record<Locale, Record<Key, string>> = { en, hi };
    this.table = tables[locale];
  }

  /** The words of a key, with its placeholders filled. */
  readonly t = (key: Key, values: Values = {}): string => this.maybe(key, values) ?? key;

  /** The words of a key made at run time (a code of the booth), or null where there are none. */
  readonly maybe = (key: string, values: Values = {}): string | null => {
    const text = this.table[key];
    if (text === undefined) return null;
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  };

  /** A name of the booth (a score, a level), or its own letters as words. */
  readonly named = (group: "score" | "level" | "lang", name: string): string =>
    this.maybe(`${group}.${name}`) ?? plain(name);

  /** A score of 0 to 10; what was not measured is said so. */
  readonly score = (value: number | null | undefined): string =>
    value === null || value === undefined ? this.t("word.not_measured") : value.toFixed(1);

  /** A day of the calendar. */
  readonly day = (iso: string): string => {
    const date = new Date(iso);
    if (Number.isNaN(date.getTime())) return iso;
    return date.toLocaleDateString(`${this.locale}-IN`, { dateStyle: "medium", numberingSystem: "latn" });
  };

  /** Day and time, as the booth's clock has it. */
  readonly time = (iso: string): string => {
    const date = new Date(iso);
    if (Number.isNaN(date.getTime())) return iso;
    return date.toLocaleString(`${this.locale}-IN`, { dateStyle: "medium", timeStyle: "short", numberingSystem: "latn" });
  };
}

const WORDS: Record<Locale, ConsoleWords> = { en: new ConsoleWords("en"), hi: new ConsoleWords("hi") };
export const LocaleContext = createContext<Locale>("en");

export function useWords(): ConsoleWords {
  return WORDS[use(LocaleContext)];
}

/** snake_case as words. */
export function plain(name: string): string {
  const text = name.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
