// The candidate's own answer, from the booth's memory only.
import { Pause, Volume2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useSpeech, useWire } from "../booth";
import { Button } from "./controls";

export function HearYourself({ url, compact = false }: { url: string | null; compact?: boolean }) {
  const { t } = useSpeech();
  const { volume } = useWire("switches").switches;
  const sound = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    if (sound.current !== null) sound.current.volume = volume / 100;
  }, [volume, playing]);
  if (url === null) return null;
  const toggle = (): void => {
    if (playing) sound.current?.pause();
    else void sound.current?.play().catch(() => setPlaying(false));
  };
  return (
    <>
      {/* what is heard is on the page as words: the transcript */}
      <audio
        ref={sound}
        src={url}
        preload="none"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPlaying(false)}
      />
      <Button compact={compact} icon={playing ? <Pause aria-hidden /> : <Volume2 aria-hidden />} onPress={toggle} testid="hear">
        {t(playing ? "review.stop" : "review.hear")}
      </Button>
    </>
  );
}
