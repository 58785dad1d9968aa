// What to practise, in small steps: a field, a role, then kind and level; or an earlier history by its code.
import { ArrowRight, Building2, CodeXml, Cog, History, MessageSquareText, Shapes } from "lucide-react";
import { useState, type ComponentType } from "react";
import { useBooth } from "../booth";
import { BackButton } from "../components/back";
import { Claim } from "../components/claim";
import { Button, ChoiceButton, Options, SwitchRow } from "../components/controls";
import { Fit } from "../components/fit";
import { Page } from "../components/page";
import type { Level, Role } from "../protocol";
import { groupOf, groupsOf, levelsOf, titleOf } from "../roles";

const ICONS: Record<string, ComponentType> = {
  software: CodeXml,
  core: Cog,
  people: Building2,
  speaking: MessageSquareText,
};

export function RolePage() {
  const [group, setGroup] = useState<string | null>(null);
  const [role, setRole] = useState<Role | null>(null);
  if (role !== null) return <Kind role={role} onBack={() => setRole(null)} />;
  if (group !== null) return <Roles group={group} onChoose={setRole} onBack={() => setGroup(null)} />;
  return <Groups onGroup={setGroup} />;
}

function Groups({ onGroup }: { onGroup: (group: string) => void }) {
  const { wire, t, maybe, command, locale } = useBooth();
  const [claiming, setClaiming] = useState(false);
  const groups = groupsOf(wire.booth.roles);
  const names = (group: string): string => {
    const roles = wire.booth.roles.filter((role) => groupOf(role) === group);
    return roles.map((role) => titleOf(role, locale)).join(" · ");
  };
  return (
    <Page
      title={t("role.group_title")}
      className="role"
      back={<BackButton />}
      others={
        <Button kind="quiet" icon={<History aria-hidden />} onPress={() => setClaiming(true)} testid="claim">
          {t("claim.open")}
        </Button>
      }
    >
      <Fit className="choices two">
        {groups.map((group) => (
          <ChoiceButton
            key={group}
            icon={<GroupIcon group={group} />}
            testid={`group-${group}`}
            title={maybe(`group.${group}`) ?? group}
            note={names(group)}
            onPress={() => onGroup(group)}
          />
        ))}
      </Fit>
      <Claim
        title={t("claim.title")}
        open={claiming}
        onClose={() => setClaiming(false)}
        onClaim={(code, pin) => command("claim", { code, pin })}
      />
    </Page>
  );
}

function GroupIcon({ group }: { group: string }) {
  const Icon = ICONS[group] ?? Shapes;
  return (
    <span className="choice-icon" aria-hidden>
      <Icon />
    </span>
  );
}

interface RolesProps {
  group: string;
  onChoose: (role: Role) => void;
  onBack: () => void;
}

function Roles({ group, onChoose, onBack }: RolesProps) {
  const { wire, t, maybe, locale } = useBooth();
  const roles = wire.booth.roles.filter((role) => groupOf(role) === group);
  return (
    <Page
      title={t("role.title")}
      lead={maybe(`group.${group}`) ?? group}
      className="role"
      back={<BackButton onPress={onBack} />}
    >
      <Fit className={`choices ${roles.length === 3 ? "two three" : "two"}`}>
        {roles.slice(0, 9).map((role) => (
          <ChoiceButton
            key={role.id}
            testid={`role-${role.id}`}
            title={titleOf(role, locale)}
            note={maybe(`role.${role.id}`) ?? ""}
            onPress={() => onChoose(role)}
          />
        ))}
      </Fit>
    </Page>
  );
}

function Kind({ role, onBack }: { role: Role; onBack: () => void }) {
  const { wire, t, maybe, command, locale } = useBooth();
  const levels = levelsOf(role);
  const [shape, setShape] = useState<string>(role.shapes[0] ?? "technical");
  const [level, setLevel] = useState<Level>(levels[0] ?? "easy");
  const hears = wire.consent?.microphone === true && wire.booth.devices.microphone.owner !== "off";
  const [typed, setTyped] = useState(!hears);
  const choose = (): void => void command("choose_interview", { role: role.id, shape, level, typed });
  const shapes = role.shapes.map((id) => ({ id, title: maybe(`shape.${id}`) ?? id, note: maybe(`shape.${id}.note`) ?? "" }));
  return (
    <Page
      title={titleOf(role, locale)}
      className="role kind"
      back={<BackButton onPress={onBack} />}
      primary={
        <Button kind="primary" icon={<ArrowRight aria-hidden />} onPress={choose} testid="role-next">
          {t("action.next")}
        </Button>
      }
    >
      <Fit className="kind-groups">
        {shapes.length > 1 && (
          <Options label={t("role.shape")} options={shapes} value={shape} onChange={setShape} prefix="shape" />
        )}
        <Options
          label={t("role.level")}
          options={levels.map((id) => ({ id, title: t(`level.${id}`), note: t(`level.${id}.note`) }))}
          value={level}
          onChange={setLevel}
          prefix="level"
        />
        <SwitchRow
          name={t("role.typed")}
          note={t(hears ? "role.typed.note" : "role.typed.must")}
          on={typed}
          off={!hears}
          words={{ yes: t("word.yes"), no: t("word.no") }}
          onChange={setTyped}
          testid="typed"
        />
      </Fit>
    </Page>
  );
}
