// English or Hindi, each in its own letters.
import { useBooth } from "../booth";
import { BackButton } from "../components/back";
import { ChoiceButton } from "../components/controls";
import { Page } from "../components/page";
import { WORDS } from "../text";

export function Language() {
  const { wire, t, command, locale } = useBooth();
  const other = WORDS[locale === "en" ? "hi" : "en"];
  return (
    <Page
      title={t("language.title")}
      lead={<span lang={other.locale}>{other.t("language.title")}</span>}
      className="language"
      back={<BackButton />}
    >
      <div className="choices big">
        {wire.booth.locales.map((id) => (
          <div key={id} lang={id} className="contents">
            <ChoiceButton
              testid={`lang-${id}`}
              title={WORDS[id].t("language.name")}
              note={WORDS[id].t("language.note")}
              onPress={() => void command("choose_language", { locale: id })}
            />
          </div>
        ))}
      </div>
    </Page>
  );
}
