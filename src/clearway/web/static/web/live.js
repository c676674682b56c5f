// News of the record. One tab of a browser listens for all: a browser opens few connections to one
// address. Elements with data-live="declaration" or data-live="declaration:26XP…" are told.
const CHANNEL = "clearway-news";
const FIRST_WAIT = 5000;
const LONGEST_WAIT = 60000;
const root = document.documentElement;

export function follow(tell) {
  const acted = () => document.querySelector("main > .notice[role=status]");
  const wanting = () => document.querySelectorAll("[data-live]");
  if (!root.dataset.stream) return;
  const spread = ({ subject }) => {
    for (const element of wanting()) {
      const topics = element.dataset.live.split(" ");
      if (topics.some((topic) => subject === topic || subject.startsWith(`${topic}:`))) tell(element);
    }
  };
  const show = (state) => {
    const before = root.dataset.live;
    root.dataset.live = state;
    // What was missed while nobody listened is fetched at once.
    // So is what one's own act has set going: it may be told before its page listens.
    const missed = ["lost", "offline", "ended"].includes(before);
    if (state === "on" && (missed || (!before && acted()))) wanting().forEach(tell);
  };
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }) => ("state" in data ? show(data.state) : spread(data));
  let wait = FIRST_WAIT;
  const listen = (leaveOff) => {
    const say = (data) => {
      channel.postMessage(data);
      "state" in data ? show(data.state) : spread(data);
    };
    const source = new EventSource(root.dataset.stream);
    source.onopen = () => {
      wait = FIRST_WAIT;
      say({ state: "on" });
    };
    source.onmessage = (event) => say(JSON.parse(event.data));
    source.onerror = async () => {
      say({ state: navigator.onLine ? "lost" : "offline" });
      // A browser gives up after an answer that is no stream; it is asked again, ever less often.
      if (source.readyState !== EventSource.CLOSED) return;
      if (await signedOut()) {
        say({ state: "ended" });
        leaveOff();
        return;
      }
      setTimeout(() => listen(leaveOff), wait);
      wait = Math.min(2 * wait, LONGEST_WAIT);
    };
    // A connection may outlive a short absence; then nothing else would say that it is well.
    addEventListener("online", () => source.readyState === EventSource.OPEN && say({ state: "on" }));
    addEventListener("pagehide", () => source.close(), { once: true });
  };
  addEventListener("offline", () => show("offline"));
  // A tab whose sign-in has ended leaves off for a while: one that is signed in anew may listen.
  const turn = async () => {
    const listening = () => new Promise(listen);
    await (navigator.locks ? navigator.locks.request(CHANNEL, listening) : listening());
    setTimeout(turn, LONGEST_WAIT);
  };
  turn();
}

async function signedOut() {
  const asking = new AbortController();
  try {
    return (await fetch(root.dataset.stream, { signal: asking.signal })).status === 401;
  } catch {
    return false;
  } finally {
    asking.abort(); // it is the answer's status that was wanted, and no second stream
  }
}
