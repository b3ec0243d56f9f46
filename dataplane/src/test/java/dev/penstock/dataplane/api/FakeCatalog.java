package dev.penstock.dataplane.api;

import java.util.ArrayList;
import java.util.List;

/** A catalog whose lists tests fill. */
final class FakeCatalog implements Catalog {
    final List<StreamView> streams = new ArrayList<>();
    final List<RecordingView> recordings = new ArrayList<>();
    final List<SessionView> sessions = new ArrayList<>();
    final List<ProblemView> problems = new ArrayList<>();

    /** One of each kind of thing, ugly text included. */
    static FakeCatalog full() {
        FakeCatalog fake = new FakeCatalog();
        fake.streams.add(stream("lobby", StreamState.LIVE, null,
                new StreamView.Source("http", "http://camera-1.example:8000/stream.ts")));
        fake.streams.add(stream("<script>alert(1)</script>", StreamState.NO_SOURCE,
                "<img src=x onerror=alert(1)> answered 404 (expected: 200)",
                new StreamView.Source("udp", "239.1.2.3:5000")));
        fake.streams.add(stream("roof", StreamState.CONNECTING, null, null));
        fake.streams.add(stream("studio-with-a-very-long-name-that-somebody-thought-was-a-good-idea-at-the-time",
                StreamState.OFFLINE, null, null));
        fake.recordings.add(new RecordingView("default", "lobby", "lobby", "Recording", "20261121T120000Z-x7k2p9",
                new RecordingView.Media(1234, 5_678_901_234L, 7403.5, 1), new RecordingView.Store(3, 12.5), null,
                "/recordings/default/lobby/master.m3u8"));
        fake.recordings.add(new RecordingView("default", "roof", "roof", "Pending", null,
                new RecordingView.Media(0, 0, 0, 0), new RecordingView.Store(0, 0),
                "store archive: access denied (expected: a bucket that can be written)", null));
        fake.sessions.add(new SessionView("ts-0123456789abcdef", "default/lobby", "HTTP-TS", "192.0.2.7",
                "2026-11-21T12:00:00Z", null, 123_456_789L));
        fake.sessions.add(new SessionView("hls-00000000000000ff", "default/lobby", "HLS", "2001:db8::7",
                "2026-11-21T12:01:00Z", "2026-11-21T12:03:00Z", null));
        fake.problems.add(new ProblemView("cameras/07.yaml", "LiveStream default/gate",
                "spec.source.pull.urls[0].url", "htp://10.0.0.7/stream.ts",
                "a URL that starts with http, https, tcp, udp, file, unix, rtsp, rtsps, rtmp, rtmps or srt"));
        fake.problems.add(new ProblemView("cameras/08.yaml", null, null, null, "YAML, line 3: a key without a value"));
        return fake;
    }

    private static StreamView stream(String name, StreamState state, String lastError, StreamView.Source source) {
        boolean live = state == StreamState.LIVE;
        return new StreamView("default", name, state, source,
                live ? new StreamView.Media("avc1.64001f,mp4a.40.2", 1280, 720, 25, 2_412_345, 2) : null, live ? 3 : 0,
                live ? 93_784 : 0, lastError, new StreamView.Urls("/live/default/" + name + "/index.m3u8",
                        "/live/default/" + name + "/stream.ts"),
                "ok", live
                        ? List.of(new StreamView.Push("central", "http://central.example/publish/default/lobby",
                                "Connected", "2026-11-21T12:00:00Z", null, 5_678, 0))
                        : null);
    }

    @Override
    public List<StreamView> streams() {
        return List.copyOf(streams);
    }

    @Override
    public List<RecordingView> recordings() {
        return List.copyOf(recordings);
    }

    @Override
    public List<SessionView> sessions() {
        return List.copyOf(sessions);
    }

    @Override
    public boolean end(String session) {
        return sessions.removeIf(s -> s.id().equals(session));
    }

    @Override
    public LoadView load() {
        return new LoadView("ok", 3);
    }

    @Override
    public List<ProblemView> problems() {
        return List.copyOf(problems);
    }
}
