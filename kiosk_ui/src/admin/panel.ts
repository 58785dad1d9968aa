// Where the console is shown: the booth's own panel has no downloads and no file dialogs, a desk's browser has both.

/** The kiosk's Chromium fills the screen; a desk's does not. */
export function isPanel(): boolean {
  return typeof matchMedia === "function" && matchMedia("(display-mode: fullscreen)").matches;
}

/** Sixteen letters that are not misread, in groups: 79 bits. */
export function suggestion(): string {
  const letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
  const drawn: string[] = [];
  while (drawn.length < 16) {
    const [byte = 255] = crypto.getRandomValues(new Uint8Array(1));
    // what lies beyond the last whole row would favour the first letters
    if (byte < letters.length * Math.floor(256 / letters.length)) drawn.push(letters.charAt(byte % letters.length));
  }
  return drawn.join("").replace(/(.{4})(?=.)/g, "$1-");
}

/** The page's first line, where something else is shown on it. */
export function toTop(): void {
  const main = document.querySelector(".console-main");
  if (main !== null) main.scrollTop = 0;
}
