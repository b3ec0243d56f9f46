package dev.penstock.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A viewer as a player is one: reloads the playlist, gets each new segment once, and goes on after an error. Its own thread from
 * {@link #start} to {@link #close}; what it saw may be read by any.
 */
final class HlsViewer implements AutoCloseable {
    private static final Duration RELOAD = Duration.ofMillis(300);
    private static final Duration REQUEST = Duration.ofSeconds(3);

    private final HttpClient client = HttpClient.newBuilder().connectTimeout(REQUEST).build();
    private final URI master;
    private final Thread thread;
    private final Set<String> pods = new LinkedHashSet<>();
    private final List<String> errors = new ArrayList<>();
    private long lastSequence = -1;
    private long lastNews;
    private long longest;
    private int segments;
    private int backwards;

    /**
     * What a viewer saw.
     *
     * @param segments segments that it got
     * @param longest longest time without a new one, ms; a player with that much in its buffer has not stopped
     * @param backwards times that the media sequence number went back
     * @param errors requests that failed
     * @param pods pods that answered, in the order of their first answer
     */
    record Seen(int segments, long longest, int backwards, List<String> errors, List<String> pods) {}

    private HlsViewer(URI master) {
        this.master = master;
        thread = Thread.ofPlatform().name("hls-viewer").daemon().unstarted(this::watch);
    }

    /** A viewer that watches from now on. */
    static HlsViewer start(URI master) {
        HlsViewer viewer = new HlsViewer(master);
        viewer.thread.start();
        return viewer;
    }

    /** What it has seen since the last call. */
    synchronized Seen take() {
        Seen seen = new Seen(segments,
                Math.max(longest, lastNews == 0 ? 0 : (System.nanoTime() - lastNews) / 1_000_000),
                backwards, List.copyOf(errors), List.copyOf(pods));
        segments = 0;
        longest = 0;
        backwards = 0;
        errors.clear();
        pods.clear();
        return seen;
    }

    /** True once it has got so many segments since the last {@link #take}. */
    synchronized boolean has(int wanted) {
        return segments >= wanted;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch() {
        try {
            while (!Thread.interrupted()) {
                look();
                Thread.sleep(RELOAD);
            }
        } catch (InterruptedException e) {
            // The end.
        }
    }

    private void look() throws InterruptedException {
        String text = text(master);
        String media = uris(text).stream().findFirst().orElse(null);
        if (media == null) {
            return;
        }
        URI playlist = master.resolve(media);
        text = text(playlist);
        if (text.isEmpty()) {
            return;
        }
        long sequence = text.lines().filter(l -> l.startsWith("#EXT-X-MEDIA-SEQUENCE:"))
                .mapToLong(l -> Long.parseLong(l.substring(l.indexOf(':') + 1))).findFirst().orElse(0);
        List<String> all = uris(text);
        synchronized (this) {
            if (sequence + all.size() - 1 < lastSequence) {
                backwards++;
            }
        }
        for (int i = 0; i < all.size(); i++) {
            if (sequence + i > lastSequence && fetch(playlist.resolve(all.get(i))) != null) {
                news(sequence + i);
            }
        }
    }

    private synchronized void news(long sequence) {
        long now = System.nanoTime();
        if (lastNews != 0) {
            longest = Math.max(longest, (now - lastNews) / 1_000_000);
        }
        lastNews = now;
        lastSequence = sequence;
        segments++;
    }

    private static List<String> uris(String playlist) {
        return playlist.lines().filter(l -> !l.isBlank() && !l.startsWith("#")).toList();
    }

    private String text(URI uri) throws InterruptedException {
        byte[] body = fetch(uri);
        return body == null ? "" : new String(body, StandardCharsets.UTF_8);
    }

    private byte[] fetch(URI uri) throws InterruptedException {
        try {
            HttpResponse<byte[]> answer = client.send(HttpRequest.newBuilder(uri).timeout(REQUEST).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            synchronized (this) {
                answer.headers().firstValue("penstock-pod").ifPresent(pods::add);
                if (answer.statusCode() == 200) {
                    return answer.body();
                }
                errors.add(String.format(Locale.ROOT, "%s: %d", uri.getPath(), answer.statusCode()));
            }
        } catch (IOException e) {
            synchronized (this) {
                errors.add(uri.getPath() + ": " + e);
            }
        }
        return null;
    }
}
