/* The device side: a scanner types like a very fast person, wherever the focus stands. Also its sounds, its vibration and
   the screen that must not go dark. No rule of the business. */

const GAP = 35; /* milliseconds between two keys of a scanner; no person types so fast for long */
const SHORTEST = 3;
const PAUSE = 800; /* a scanner that stumbled goes on within this; what a person typed before is older */
const GROUP_SEPARATOR = "\u001d";
const MODIFIERS = new Set(["Shift", "Control", "Alt", "AltGraph", "CapsLock", "NumLock"]);

export const composing = (event) => event.isComposing || event.keyCode === 229;

const writable = (node) =>
  node instanceof HTMLElement && (node.isContentEditable || node.matches("textarea, select, input:not([type=checkbox], [type=radio])"));

/* What a key adds to a barcode; null when it adds nothing. Many scanners send the group separator as Ctrl+]. */
function signOf(event) {
  if (event.ctrlKey && event.key === "]") return GROUP_SEPARATOR;
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  return [...event.key].length === 1 ? event.key : null;
}

/* Calls `taken(text)` for every burst of keys that ends in Enter or Tab. What a person types stays where they type it. */
export function listenForScans(field, taken) {
  let text = "";
  let last = -Infinity;
  let home = null; /* the field the first key fell into, and what stood there before */
  let timer = 0;

  const forget = () => {
    clearTimeout(timer);
    text = "";
    home = null;
  };

  /* The keys were a person's after all, or the scanner ends without Enter: what was held back goes into the field. */
  const giveBack = () => {
    const rest = text.slice(1);
    const target = home?.node;
    forget();
    if (!rest || !target) return;
    const at = target.selectionStart ?? target.value.length;
    target.value = target.value.slice(0, at) + rest + target.value.slice(target.selectionEnd ?? at);
    target.setSelectionRange?.(at + rest.length, at + rest.length);
    target.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const end = (event) => {
    const isRest = home?.node === field && home.goesOn;
    const whole = (isRest ? home.before : "") + text;
    if (home) home.node.value = isRest ? "" : home.before;
    forget();
    event.preventDefault();
    event.stopImmediatePropagation();
    taken(whole);
  };

  /* A scanner slower than any should be, with Tab as its last key: all it sent stands in the field. */
  const endSlowly = (event) => {
    const whole = field.value;
    field.value = "";
    event.preventDefault();
    event.stopImmediatePropagation();
    taken(whole);
  };

  const begin = (event, sign) => {
    giveBack();
    if (!writable(event.target)) {
      if (event.key === " " || document.querySelector("dialog[open]")) return; /* a space presses the button it stands on */
      field.focus({ preventScroll: true });
      event.stopPropagation(); /* no shortcut of the page */
    }
    const node = document.activeElement;
    home = node instanceof HTMLInputElement && node.type !== "number" ? { node, before: node.value, goesOn: event.timeStamp - last < PAUSE } : null;
    text = sign;
  };

  window.addEventListener(
    "keydown",
    (event) => {
      if (composing(event)) return forget();
      const isFast = text !== "" && event.timeStamp - last < GAP;
      if (MODIFIERS.has(event.key)) {
        if (isFast) last = event.timeStamp;
        return;
      }
      if (event.key === "Enter" || event.key === "Tab") {
        if (isFast && text.length >= SHORTEST) return end(event);
        giveBack();
        const goesOn = event.target === field && field.value.length >= SHORTEST && event.timeStamp - last < PAUSE;
        return event.key === "Tab" && goesOn ? endSlowly(event) : undefined; /* Enter sends the form by itself */
      }
      const sign = signOf(event);
      if (sign === null) return giveBack();
      if (isFast) {
        text += sign;
        event.preventDefault();
        event.stopImmediatePropagation();
      } else begin(event, sign);
      last = event.timeStamp;
      clearTimeout(timer);
      timer = setTimeout(giveBack, 4 * GAP);
    },
    true,
  );
}

/* ⌨: the field asks for the screen's keyboard only while it is pressed. */
export function offerTyping(button, field, changed = () => {}) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const isTyping = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(isTyping));
    field.inputMode = isTyping ? "text" : "none";
    changed(isTyping);
    field.blur();
    field.focus();
  });
}

/* ---------- three channels: colour and words stand on the card, sound and vibration are here ---------- */

const SIGNALS = {
  taken: { tones: [[1760, 15, 0, 0.05]], vibration: [] },
  ok: { tones: [[880, 80, 0, 0.3]], vibration: [40] },
  attention: { tones: [[660, 80, 0, 0.3], [660, 80, 160, 0.3]], vibration: [60, 60, 60] },
  stop: { tones: [[220, 300, 0, 0.5]], vibration: [200, 100, 200] },
};
const SOUND_KEY = "scan-sound";
let audio = null;

const isLoud = () => localStorage.getItem(SOUND_KEY) !== "off";

function sound([frequency, length, delay, volume]) {
  const from = audio.currentTime + delay / 1000;
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.frequency.value = frequency;
  gain.gain.value = volume;
  oscillator.connect(gain);
  gain.connect(audio.destination);
  oscillator.start(from);
  oscillator.stop(from + length / 1000);
}

/* `taken`, `ok`, `attention` or `stop`: heard and felt. A device without speaker or motor stays silent. */
export function signal(name) {
  const { tones, vibration } = SIGNALS[name];
  if (vibration.length > 0) navigator.vibrate?.(vibration);
  if (!isLoud() || !("AudioContext" in window)) return;
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume();
  tones.forEach(sound);
}

export function offerSound(button) {
  const show = () => button.setAttribute("aria-pressed", String(isLoud()));
  button.hidden = false;
  show();
  button.addEventListener("click", () => {
    localStorage.setItem(SOUND_KEY, isLoud() ? "off" : "on");
    show();
    if (isLoud()) signal("ok");
  });
}

/* The screen stays on while the page is in sight; a device that refuses (battery saver) goes dark as it always does. */
export function stayAwake() {
  const ask = () => {
    if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").catch((refusal) => console.info("wake lock", refusal.name));
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}

/* The hub needs nothing else: a scan anywhere on it is looked up. */
const hub = document.querySelector("form[data-find]");
if (hub) {
  const field = document.getElementById("scan-find");
  listenForScans(field, (text) => {
    field.value = text;
    hub.requestSubmit();
  });
  offerTyping(document.getElementById("scan-type"), field);
}
