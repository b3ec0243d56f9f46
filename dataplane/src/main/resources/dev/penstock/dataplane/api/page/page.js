/*
 * The page: asks /api/v1 every 2 s and changes only what differs, so running players are left alone. Everything that comes
 * from the server enters the document as text, never as markup. Start reading at refresh().
 */
(() => {
  "use strict";

  const REFRESH_MS = 2000;
  const RETRY_MS = 3000;
  const MAX_PLAYERS = 6;
  const FEW_PROBLEMS = 3;
  const STATES = {
    Live: ["Live", "good"],
    Connecting: ["Connecting", "wait"],
    NoSource: ["No source", "bad"],
    Offline: ["Offline", "rest"],
    Refused: ["Refused", "bad"],
  };
  const PHASES = {Recording: "good", Pending: "wait", Failed: "bad"};
  const NOTHING = {
    Live: "Starts in a moment",
    Connecting: "Connecting to the source",
    NoSource: "No picture: the source does not deliver",
    Offline: "Nothing is sent now",
    Refused: "Not served",
  };

  const byId = (id) => document.getElementById(id);
  const cards = {stream: new Map(), recording: new Map()};
  let failures = 0;
  let allProblems = false;

  /* Numbers for people. */

  const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;

  function bits(perSecond) {
    return perSecond >= 1e6 ? `${(perSecond / 1e6).toFixed(1)} Mbit/s` : `${Math.round(perSecond / 1e3)} kbit/s`;
  }

  function bytes(count) {
    const units = ["B", "KB", "MB", "GB", "TB"];
    let unit = 0;
    let value = count;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit += 1;
    }
    return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
  }

  function span(seconds) {
    const s = Math.floor(seconds);
    const parts = [Math.floor(s / 86400), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60, s % 60];
    const names = ["d", "h", "min", "s"];
    const first = Math.min(parts.findIndex((part) => part > 0) + 4 * !parts.some(Boolean), 3);
    return parts.slice(first, first + 2).map((part, i) => `${part}\u00a0${names[first + i]}`).join(" ");
  }

  /* RFC 6381 names as people say them; what is not known stays as it is. */
  function codecs(list) {
    const names = [[/^avc[13]/, "H.264"], [/^(hvc1|hev1)/, "H.265"], [/^av01/, "AV1"], [/^mp4v/, "MPEG-4"],
      [/^mp4a\.40\.34$/, "MP3"], [/^mp4a\.(40|67)/, "AAC"], [/^mp4a\.(69|6B)/i, "MP3"], [/^ac-3/, "AC-3"],
      [/^ec-3/, "E-AC-3"], [/^opus/i, "Opus"]];
    return list.split(",").map((codec) => codec.trim()).map((codec) => {
      const known = names.find(([pattern]) => pattern.test(codec));
      return known ? known[1] : codec;
    }).join(", ");
  }

  function place(source) {
    return source.remote.startsWith(`${source.protocol}:`) ? source.remote : `${source.protocol}: ${source.remote}`;
  }

  /* Small changes to the document. */

  function text(element, value) {
    if (element.textContent !== value) {
      element.textContent = value;
    }
  }

  function facts(card, values) {
    for (const [name, value] of Object.entries(values)) {
      const element = card.querySelector(`[data-fact="${name}"]`);
      text(element, value || "");
      element.parentElement.hidden = !value;
    }
  }

  function badge(card, label, tone) {
    const element = card.querySelector(".badge");
    text(element, label);
    element.className = `badge ${tone}`;
  }

  function title(card, item) {
    text(card.querySelector(".namespace"), item.namespace);
    text(card.querySelector(".name"), item.name);
    const error = card.querySelector(".error");
    text(error, item.lastError || "");
    error.hidden = !item.lastError;
  }

  function copy(button, value) {
    const done = (label) => {
      text(button, label);
      setTimeout(() => text(button, "Copy"), 1500);
    };
    if (navigator.clipboard) {
      navigator.clipboard.writeText(value).then(() => done("Copied"), () => done("Not allowed"));
      return;
    }
    // Without TLS browsers offer no clipboard: select a hidden field instead.
    const field = document.createElement("textarea");
    field.value = value;
    field.className = "offscreen";
    document.body.append(field);
    field.select();
    done(document.execCommand("copy") ? "Copied" : "Not allowed");
    field.remove();
    button.focus();
  }

  function webAddress(value) {
    const address = new URL(value, location.href);
    return address.protocol === "http:" || address.protocol === "https:" ? address.href : null;
  }

  function urls(card, item, wanted) {
    const list = card.querySelector(".urls");
    const key = JSON.stringify(wanted);
    if (list.dataset.shown === key) {
      return;
    }
    list.dataset.shown = key;
    list.replaceChildren();
    for (const [kind, path] of wanted) {
      const address = path && webAddress(path);
      if (address) {
        const row = byId("url-row").content.cloneNode(true);
        row.querySelector(".kind").textContent = kind;
        const link = row.querySelector("a");
        link.textContent = address.startsWith(`${location.origin}/`) ? address.slice(location.origin.length) : address;
        link.href = address;
        const button = row.querySelector("button");
        button.setAttribute("aria-label", `Copy the ${kind} address of ${item.name}`);
        button.addEventListener("click", () => copy(button, address));
        list.append(row);
      }
    }
  }

  /* Players: one object a card; it runs while it is wanted and may. */

  class Player {
    constructor(card, live) {
      this.card = card;
      this.live = live;
      this.video = card.querySelector("video");
      this.video.muted = live;
      this.url = null;
      this.running = false;
      this.hls = null;
      this.video.addEventListener("playing", () => card.classList.add("playing"));
    }

    start() {
      if (this.running || !this.url) {
        return;
      }
      this.running = true;
      this.open();
    }

    open() {
      if (window.Hls && Hls.isSupported()) {
        const hls = new Hls({maxBufferLength: 12, backBufferLength: 12, startPosition: this.live ? -1 : 0});
        this.hls = hls;
        hls.on(Hls.Events.ERROR, (event, data) => this.failed(hls, data));
        hls.loadSource(this.url);
        hls.attachMedia(this.video);
      } else if (this.video.canPlayType("application/vnd.apple.mpegurl")) {
        this.video.src = this.url;
        this.video.onerror = () => this.again();
      }
      // A browser that forbids it shows its own play button.
      this.video.play().catch(() => {});
    }

    failed(hls, data) {
      if (!data.fatal || hls !== this.hls) {
        return;
      }
      if (data.type === Hls.ErrorTypes.MEDIA_ERROR && !this.recovered) {
        this.recovered = true;
        hls.recoverMediaError();
        return;
      }
      this.again();
    }

    again() {
      this.close();
      this.timer = setTimeout(() => this.running && this.open(), RETRY_MS);
    }

    close() {
      clearTimeout(this.timer);
      this.recovered = false;
      this.card.classList.remove("playing");
      if (this.hls) {
        this.hls.destroy();
        this.hls = null;
      }
      this.video.onerror = null;
      this.video.removeAttribute("src");
      this.video.load();
    }

    stop() {
      if (this.running) {
        this.running = false;
        this.close();
      }
    }
  }

  const visible = new Set();
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) {
        visible.add(entry.target);
      } else {
        visible.delete(entry.target);
      }
    }
    schedulePlayers();
  }, {threshold: 0.3});

  /* The first MAX_PLAYERS live streams that are on the screen play; all others rest. */
  function schedulePlayers() {
    let free = document.hidden ? 0 : MAX_PLAYERS;
    for (const entry of cards.stream.values()) {
      if (entry.live && visible.has(entry.screen) && free > 0) {
        free -= 1;
        entry.player.start();
      } else {
        entry.player.stop();
        text(entry.card.querySelector(".nothing"), entry.live && free === 0
          ? "Too many players at once: plays when others leave the screen" : entry.nothing);
      }
    }
  }

  /* Cards: made once an item, then only changed. */

  function reconcile(kind, items, make, update) {
    const grid = byId(`${kind}-grid`);
    const known = cards[kind];
    const keys = new Set();
    let place = grid.firstElementChild;
    for (const item of items) {
      const key = `${item.namespace}/${item.name}`;
      keys.add(key);
      let entry = known.get(key);
      if (!entry) {
        entry = make(byId(`${kind}-card`).content.firstElementChild.cloneNode(true));
        known.set(key, entry);
        grid.insertBefore(entry.card, place);
      } else if (entry.card === place) {
        place = place.nextElementSibling;
      }
      update(entry, item);
    }
    for (const [key, entry] of known) {
      if (!keys.has(key)) {
        entry.player.stop();
        if (entry.screen) {
          observer.unobserve(entry.screen);
          visible.delete(entry.screen);
        }
        entry.card.remove();
        known.delete(key);
      }
    }
  }

  function makeStream(card) {
    const screen = card.querySelector(".screen");
    observer.observe(screen);
    return {card, screen, player: new Player(card, true), live: false, nothing: ""};
  }

  function updateStream(entry, stream) {
    const {card, player} = entry;
    const [label, tone] = STATES[stream.state] || [stream.state, "rest"];
    const media = stream.media || {};
    const live = stream.state === "Live";
    title(card, stream);
    badge(card, label, tone);
    card.querySelector("video").setAttribute("aria-label", `Live picture of ${stream.name}`);
    facts(card, {
      source: stream.source ? place(stream.source) : "",
      picture: media.width ? `${media.width} × ${media.height}${
        media.framesPerSecond ? `, ${Number(media.framesPerSecond.toFixed(2))} fps` : ""}` : "",
      bitrate: media.bitsPerSecond ? bits(media.bitsPerSecond) : "",
      codecs: codecs(media.codecs || ""),
      keyframes: media.keyframeSeconds ? `every ${Number(media.keyframeSeconds.toFixed(2))} s` : "",
      viewers: live || stream.viewers ? String(stream.viewers) : "",
      uptime: stream.uptimeSeconds ? span(stream.uptimeSeconds) : "",
    });
    urls(card, stream, [["HLS", stream.urls.hls], ["TS", stream.urls.ts]]);
    card.querySelector('[data-fact="codecs"]').title = media.codecs || "";
    entry.live = live && Boolean(stream.urls.hls);
    entry.nothing = NOTHING[stream.state] || "";
    player.url = stream.urls.hls || null;
  }

  function makeRecording(card) {
    const entry = {card, player: new Player(card, false)};
    const button = card.querySelector(".play");
    const screen = card.querySelector(".screen");
    screen.classList.add("always");
    button.addEventListener("click", () => {
      const open = screen.hidden;
      screen.hidden = !open;
      button.setAttribute("aria-expanded", String(open));
      text(button, open ? "Close player" : "Play");
      if (open) {
        entry.player.start();
      } else {
        entry.player.stop();
      }
    });
    return entry;
  }

  function updateRecording(entry, recording) {
    const {card, player} = entry;
    const {media, store} = recording;
    title(card, recording);
    badge(card, recording.phase, PHASES[recording.phase] || "rest");
    card.querySelector("video").setAttribute("aria-label", `Recording ${recording.name}`);
    facts(card, {
      stream: recording.stream,
      length: span(media.durationSeconds),
      segments: String(media.segments),
      size: bytes(media.bytes),
      pending: store.pendingUploads ? `${plural(store.pendingUploads, "segment", "segments")}, oldest ${
        span(store.lagSeconds)}` : "none",
      gaps: media.gaps ? String(media.gaps) : "none",
      session: recording.session,
    });
    const button = card.querySelector(".play");
    button.hidden = !recording.url;
    button.setAttribute("aria-label", `${button.textContent}: recording ${recording.name}`);
    urls(card, recording, [["HLS", recording.url]]);
    player.url = recording.url || null;
  }

  function showProblems(problems) {
    const list = byId("problem-list");
    const shown = allProblems ? problems : problems.slice(0, FEW_PROBLEMS);
    const key = JSON.stringify(shown);
    const more = byId("more-problems");
    byId("problems").hidden = problems.length === 0;
    more.hidden = problems.length <= FEW_PROBLEMS;
    text(more, allProblems ? "Show fewer" : `Show all ${problems.length}`);
    more.onclick = () => {
      allProblems = !allProblems;
      showProblems(problems);
    };
    if (list.dataset.shown === key) {
      return;
    }
    list.dataset.shown = key;
    list.replaceChildren(...shown.map((problem) => {
      const row = byId("problem-row").content.firstElementChild.cloneNode(true);
      row.querySelector(".where").textContent = [problem.resource, problem.file].filter(Boolean).join(" in ");
      facts(row, {field: problem.field, value: problem.value, expected: problem.expected});
      return row;
    }));
  }

  /* Pods of the pool that have not answered the one that we ask. */
  function showMissing(answers) {
    const pods = new Map(answers.flatMap((answer) => answer.missing || []).map(({pod, reason}) => [pod, reason]));
    byId("missing").hidden = pods.size === 0;
    text(byId("missing"), pods.size === 0 ? "" : `Not shown: what is in ${
      [...pods].sort().map(([pod, reason]) => `pod ${pod} (${reason})`).join(", ")}.`);
  }

  function showSummary(streams, recordings, problems) {
    const live = streams.filter((stream) => stream.state === "Live").length;
    const running = recordings.filter((recording) => recording.phase === "Recording").length;
    const parts = [streams.length ? `${live} of ${plural(streams.length, "stream", "streams")} live` : "No streams"];
    if (recordings.length) {
      parts.push(`${running} of ${plural(recordings.length, "recording", "recordings")} running`);
    }
    if (problems.length) {
      parts.push(`${problems.length} refused`);
    }
    text(byId("summary"), parts.join(" · "));
  }

  /* The loop. */

  async function ask(what) {
    const answer = await fetch(`/api/v1/${what}`, {cache: "no-store", signal: AbortSignal.timeout(5000)});
    if (!answer.ok) {
      throw new Error(`${what}: ${answer.status}`);
    }
    return answer.json();
  }

  async function refresh() {
    if (!document.hidden) {
      try {
        const answers = await Promise.all(["streams", "recordings", "problems"].map(ask));
        const [{streams}, {recordings}, {problems}] = answers;
        failures = 0;
        reconcile("stream", streams, makeStream, updateStream);
        reconcile("recording", recordings, makeRecording, updateRecording);
        byId("streams-empty").hidden = streams.length > 0;
        byId("recordings").hidden = recordings.length === 0;
        showMissing(answers);
        showProblems(problems);
        showSummary(streams, recordings, problems);
        schedulePlayers();
      } catch (error) {
        failures += 1;
        console.warn(error);
      }
      byId("offline").hidden = failures < 2;
    }
    setTimeout(refresh, REFRESH_MS);
  }

  document.addEventListener("visibilitychange", schedulePlayers);
  refresh();
})();
