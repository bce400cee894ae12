/* The ordered queue: what was scanned goes to the server one by one, in order, each under its own name (the idempotency
   key), and waits in this window's storage until the server has answered. Nothing is lost, nothing counts twice. */

const FIRST_WAIT = 800;
const LONGEST_WAIT = 15_000;

function read(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? "[]");
  } catch (error) {
    console.warn("scan queue unreadable, starting anew", error);
    return [];
  }
}

/* `send(entry)` answers `{ verdict, … }`, or `{ again: "failing" }` when it must be asked once more, or throws when the
   network is gone. `answered(entry, answer)` puts an answer in place before the next entry goes; `changed(state)` hears
   of every change: `{ waiting, trouble, isHeld, isSending }`. Scans wait while the queue is held; corrections do not. */
export function openQueue(name, { send, answered, changed }) {
  let entries = read(name);
  let isHeld = false;
  let isSending = false;
  let trouble = "";
  let tries = 0;
  let timer = 0;

  const keep = () => sessionStorage.setItem(name, JSON.stringify(entries));
  const told = () => changed({ waiting: entries.length, trouble, isHeld, isSending });
  const next = () => (isHeld ? entries.find((entry) => entry.op !== "take") : entries[0]);

  const later = (why) => {
    trouble = why;
    clearTimeout(timer);
    timer = setTimeout(pump, Math.min(FIRST_WAIT * 2 ** tries, LONGEST_WAIT));
    tries += 1;
  };

  async function attempt(entry) {
    try {
      return await send(entry, keep);
    } catch (error) {
      if (error instanceof TypeError || error.name === "AbortError" || error.name === "TimeoutError") return { again: "offline" };
      throw error;
    }
  }

  async function pump() {
    const entry = next();
    if (isSending || !entry) return told();
    clearTimeout(timer);
    isSending = true;
    told();
    const answer = await attempt(entry);
    isSending = false;
    if (answer.again) later(answer.again);
    else if (!answer.isOver) {
      trouble = "";
      tries = 0;
      entries = entries.filter((each) => each !== entry);
      keep();
      if (answer.verdict === "stop" && entry.op === "take") isHeld = true;
      answered(entry, answer);
      return pump();
    }
    told();
  }

  window.addEventListener("online", () => {
    tries = 0;
    pump();
  });
  window.addEventListener("offline", () => {
    trouble = "offline";
    told();
  });
  return {
    size: () => entries.length,
    isHeld: () => isHeld,
    start: pump,
    add(entry) {
      entries.push(entry);
      keep();
      if (trouble && timer) told(); /* the timer or the network's return sends it */
      else pump();
    },
    hold() {
      isHeld = true;
      told();
    },
    release() {
      isHeld = false;
      pump();
    },
  };
}
