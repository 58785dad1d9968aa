// The way to the placement cell's console: the mark in the corner, held for three seconds; a PIN is asked there.
import { useEffect, useState } from "react";
import { useBooth } from "../booth";
import mark from "../design/mark.svg";

/** long enough that no student opens it by chance (our choice) */
const HOLD_MS = 3000;

/** Held by finger, mouse or the Enter key; let go, nothing happens. */
export function StaffDoor() {
  const { t } = useBooth();
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!held) return;
    const timer = setTimeout(() => location.assign("/admin"), HOLD_MS);
    return () => clearTimeout(timer);
  }, [held]);
  const letGo = (): void => setHeld(false);
  return (
    <button
      type="button"
      className={`staff-door ${held ? "held" : ""}`}
      aria-label={t("attract.staff")}
      onPointerDown={() => setHeld(true)}
      onPointerUp={letGo}
      onPointerLeave={letGo}
      onPointerCancel={letGo}
      onKeyDown={(event) => (event.key === "Enter" || event.key === " ") && setHeld(true)}
      onKeyUp={letGo}
      onBlur={letGo}
      data-testid="staff-door"
    >
      <img src={mark} alt="" width="40" height="40" draggable={false} />
    </button>
  );
}
