// The wire between booth and page: the types of docs/wire.md.

export type Phase =
  | "attract"
  | "language"
  | "consent"
  | "role"
  | "check"
  | "think"
  | "answer"
  | "reviewing"
  | "review"
  | "results"
  | "take_home"
  | "goodbye"
  | "paused";
export type Locale = "en" | "hi";
export type Level = "easy" | "medium" | "hard";

export interface Device {
  owner: "box" | "page" | "off";
  state: "live" | "starting" | "stalled" | "lost" | "disabled";
  code: string | null;
}

export interface Role {
  id: string;
  group?: string;
  titles: { en: string; hi?: string };
  shapes: string[];
  levels?: Level[];
  /** questions in the bank by level */
  counts?: Partial<Record<Level, number>>;
}

export interface Limits {
  think_seconds: number;
  soft_limit_seconds: number;
  hard_limit_seconds: number;
  warmup_seconds: number;
  idle_grace_seconds: number;
}

export interface Booth {
  version: string;
  locales: Locale[];
  roles: Role[];
  engine: "vosk" | "sphinx" | "none";
  devices: { camera: Device; microphone: Device };
  speaks: boolean;
  expression_available: boolean;
  demo: boolean;
  usb: boolean;
  printer: boolean;
  contact: string;
  notice_version: string;
  /** diagonal of the booth's panel; 0 or missing: not known */
  panel_inches?: number;
  retention?: { profile: "ephemeral" | "days" | "year"; days: number };
  limits: Limits;
}

export type ConsentSwitch = "microphone" | "camera" | "expression" | "keep" | "share";
export type Consent = Record<ConsentSwitch, boolean> & { adult: boolean | null };

export interface Interview {
  session_id: string;
  role: string;
  shape: string;
  level: Level;
  questions: number;
  index: number;
  attempt: number;
  typed: boolean;
  resumed: boolean;
  answered: boolean[];
}

export interface Question {
  id: string;
  text: string;
  text_en: string;
  level: Level;
  shape: string;
  competency: string;
  generated: boolean;
  follow_up: boolean;
  think_seconds: number;
}

export interface Clock {
  kind: "think" | "answer" | "warmup" | "idle";
  elapsed: number;
  limit: number | null;
  soft_limit?: number | null;
}

export interface Speaking {
  id: number;
  text: string;
  url: string | null;
  seconds: number;
}

export interface Live {
  pace: "slow" | "good" | "fast" | null;
  loudness: "quiet" | "good" | "loud" | null;
  looking: boolean | null;
}

export type EyeTarget =
  | "lens"
  | "top_left"
  | "top_right"
  | "bottom_right"
  | "bottom_left"
  | "turn_left"
  | "turn_right";

export interface Check {
  microphone: { state: string; level: number | null };
  light: string | null;
  framing: string | null;
  bystander: boolean;
  step: "devices" | "eyes" | "follow" | "look" | "warmup" | "done";
  eyes: { target: EyeTarget; index: number; count: number } | null;
  warmup_text: string;
}

export interface Word {
  text: string;
  start: number;
  end: number;
  confidence: number | null;
}

export interface Moment {
  kind: string;
  start: number;
  end: number;
  text: string;
}

export interface Point {
  kind: "strength" | "try";
  topic: string;
  text: string;
  reason: string;
  quote: string | null;
  at_seconds: number | null;
  drill: string | null;
}

export interface KeyPoint {
  id: string;
  text: string;
  heard: boolean;
  confidence: number | null;
  quote: string | null;
  contradicted: boolean;
}

export interface MadeOf {
  name: string;
  value: number | null;
  unit: string;
  weight: number;
  score: number | null;
}

export interface Window {
  t: number;
  face_coverage: number | null;
  eye_contact: number | null;
}

export type ScoreName = "confidence" | "communication" | "fluency" | "eye_contact" | "posture" | "engagement";
export type Scores = Partial<Record<ScoreName, number | null>>;

export interface Review {
  answer_id: string;
  question_id: string;
  attempt: number;
  text: string;
  seconds: number;
  words: Word[];
  moments: Moment[];
  overall: number | null;
  breakdown: Record<string, number | null>;
  content: number | null;
  key_points: KeyPoint[];
  star: Record<string, string | null> | null;
  scores: Scores;
  made_of: Record<string, MadeOf[]>;
  numbers: Record<string, { value: number | null; coverage: number | null; reason: string | null }>;
  points: Point[];
  retry_diff: string[];
  not_judged: string | null;
  comments: string[];
  sound_url: string | null;
  /** absent where the site does not offer it */
  expression?: Record<string, number> | null;
  windows: Window[];
}

export interface Results {
  session_id: string;
  engine: string;
  scores: Scores;
  made_of: Record<string, MadeOf[]>;
  feedback: string;
  improvement_plan: string[];
  answers: (Review & { question: Question | string | null })[];
  not_measured: { what: string; reason: string }[];
  history: { date: string; scores: Scores }[];
  seconds: number;
}

export interface TakeHome {
  /** by which the placement cell finds a shared report */
  report_number: string;
  qr_text: string;
  qr_svg: string;
  claim_code: string | null;
  pdf_url: string;
  usb: null | "ready" | "writing" | "done" | "failed";
  printer: null | "ready" | "printing" | "done" | "failed";
}

export interface Receipt {
  erased: boolean;
  kept_until: string | null;
  number: string;
}

export interface Trouble {
  /** the booth's errors carry `error`; both are read */
  code?: string;
  error?: string;
  message: string;
}

export interface State {
  phase: Phase;
  locale: Locale;
  booth: Booth;
  consent: Consent | null;
  interview: Interview | null;
  question: Question | null;
  clock: Clock | null;
  caption: { final: string; partial: string } | null;
  prompt: null | "take_your_time" | "move_on" | "soft_limit" | "still_there";
  speaking: Speaking | null;
  live: Live | null;
  check: Check | null;
  review: Review | null;
  results: Results | null;
  take_home: TakeHome | null;
  receipt: Receipt | null;
  idle: { kind: "page" | "answer"; seconds_left: number } | null;
  switches: { live_strip: boolean; volume: number };
  trouble: Trouble | null;
}

export type Message = Partial<State> & { reset?: boolean };

export type CommandName =
  | "begin"
  | "choose_language"
  | "consent"
  | "withdraw"
  | "choose_interview"
  | "claim"
  | "check_step"
  | "start_answer"
  | "repeat_question"
  | "typing"
  | "done"
  | "continue"
  | "retry"
  | "next"
  | "finish"
  | "skip"
  | "take_home"
  | "keep"
  | "print"
  | "usb"
  | "erase"
  | "end"
  | "back"
  | "presence"
  | "spoken"
  | "switch";
