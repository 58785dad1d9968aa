// The page's words: one flat file per language, placeholders in braces; numbers and times as the language writes them.
import en from "./locales/en.json";
import hi from "./locales/hi.json";
import type { Locale } from "./protocol";

export type Key = keyof typeof en;
export type Values = Record<string, string | number>;

const LANGUAGES: Record<Locale, Record<Key, string>> = { en, hi };

export class Words {
  private readonly table: Record<string, string>;

  constructor(readonly locale: Locale) {
    this.table = LANGUAGES[locale];
  }

  /** The words of a key, with its placeholders filled. */
  readonly t = (key: Key, values: Values = {}): string => this.maybe(key, values) ?? key;

  /** The words of a key made at run time (a code of the booth), or null where there are none. */
  readonly maybe = (key: string, values: Values = {}): string | null => {
    const text = this.table[key];
    if (text === undefined) return null;
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  };

  /** A number with at most so many decimals. */
  readonly number = (value: number, decimals = 0): string =>
    value.toLocaleString(`${this.locale}-IN`, { maximumFractionDigits: decimals, numberingSystem: "latn" });

  /** A score of 0 to 10, always with its decimal. */
  readonly score = (value: number): string =>
    value.toLocaleString(`${this.locale}-IN`, { minimumFractionDigits: 1, maximumFractionDigits: 1, numberingSystem: "latn" });

  /** Minutes and seconds, 1:05. */
  readonly time = (seconds: number): string => {
    const whole = Math.max(0, Math.floor(seconds));
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  };

  /** A calendar date. */
  readonly date = (iso: string): string => {
    const date = new Date(iso);
    if (Number.isNaN(date.getTime())) return iso;
    return date.toLocaleDateString(`${this.locale}-IN`, { day: "numeric", month: "short", year: "numeric" });
  };
}

export const WORDS: Record<Locale, Words> = { en: new Words("en"), hi: new Words("hi") };
