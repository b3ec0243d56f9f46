package dev.penstock.dataplane.access;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.access.PlaybackVerdict.Admitted;
import dev.penstock.dataplane.access.PlaybackVerdict.Refused;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Says who may play. Signatures, passwords and known tokens are judged at once; a token that was not seen before on a virtual thread,
 * {@value #MOST_AT_ONCE} of them at a time, since its keys may have to be fetched. Any thread.
 */
public final class PlaybackDoor {
    private static final Logger LOG = LoggerFactory.getLogger(PlaybackDoor.class);
    private static final int MOST_AT_ONCE = 1_000;
    private static final String SPEC = " (spec.access)";

    private final JwtChecker tokens;
    private final InstantSource clock;
    private final AccessMetrics metrics;
    private final Semaphore checking = new Semaphore(MOST_AT_ONCE);

    /**
     * @param fetcher gets key sets
     * @param nanos time in nanoseconds from any beginning
     */
    public PlaybackDoor(KeySetFetcher fetcher, InstantSource clock, LongSupplier nanos, AccessMetrics metrics) {
        this.tokens = new JwtChecker(fetcher, clock, nanos, metrics);
        this.clock = clock;
        this.metrics = metrics;
    }

    /** A bearer token, and whether it stood in the URL. */
    private record Bearer(String token, Admitted admits) {}

    /**
     * Says whether somebody may play.
     *
     * @param later gets the verdict when it is not known at once, on another thread
     * @return the verdict; nothing when it comes later
     */
    public Optional<PlaybackVerdict> ask(PlaybackRules rules, PlaybackRequest request,
            Consumer<PlaybackVerdict> later) {
        if (rules.isOpen()) {
            return Optional.of(Admitted.OPEN);
        }
        List<String> faults = new ArrayList<>();
        if (isSigned(rules, request, faults)) {
            return Optional.of(metrics.count(Admitted.BY_URL));
        }
        if (isUser(rules, request, faults)) {
            return Optional.of(metrics.count(Admitted.BY_HEADER));
        }
        List<Bearer> bearers = bearers(request);
        for (Bearer bearer : bearers) {
            if (rules.tokens() != null && StreamKeys.fit(rules.tokens(), bearer.token())) {
                return Optional.of(metrics.count(bearer.admits()));
            }
            if (rules.jwt() != null && tokens.remembered(rules.jwt(), bearer.token(), request.path())
                    .equals(Optional.of(JwtChecker.Result.GOOD))) {
                return Optional.of(metrics.count(bearer.admits()));
            }
        }
        JwtRules jwt = rules.jwt();
        if (jwt == null || bearers.isEmpty()) {
            if (!bearers.isEmpty()) {
                faults.add("token: not accepted");
            }
            return Optional.of(metrics.count(refused(rules, request, faults)));
        }
        if (!checking.tryAcquire()) {
            return Optional.of(metrics.count(unavailable(request)));
        }
        Thread.ofVirtual().name("playback-token").start(() -> {
            try {
                later.accept(metrics.count(check(rules, jwt, request, bearers, faults)));
            } finally {
                checking.release();
            }
        });
        return Optional.empty();
    }

    private PlaybackVerdict check(PlaybackRules rules, JwtRules jwt, PlaybackRequest request, List<Bearer> bearers,
            List<String> faults) {
        try {
            for (Bearer bearer : bearers) {
                switch (tokens.check(jwt, bearer.token(), request.path())) {
                    case GOOD -> {
                        return bearer.admits();
                    }
                    case UNKNOWN -> {
                        return unavailable(request);
                    }
                    case EXPIRED -> faults.add("token: expired, or not valid yet");
                    case ELSEWHERE -> faults.add("token: for other paths");
                    case BAD -> faults.add("token: not accepted");
                }
            }
            return refused(rules, request, faults);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue(LogKeys.STREAM, request.stream())
                    .addKeyValue(LogKeys.REASON, e.getClass().getSimpleName()).log("Token not checked");
        }
        return unavailable(request);
    }

    private boolean isSigned(PlaybackRules rules, PlaybackRequest request, List<String> faults) {
        SignedUrl signed = request.signed();
        if (signed == null || rules.signingKeys() == null) {
            return false;
        }
        List<String> scopes = List.of("/live/" + request.stream(), request.path(), "/live/" + request.namespace());
        Optional<SignedUrl.Fault> fault = signed.check(rules.signingKeys(), scopes, request.address(),
                clock.instant());
        fault.map(what -> switch (what) {
            case FORM -> "signed URL: exp (expected: seconds since 1970)";
            case SIGNATURE -> "signed URL: the signature does not fit";
            case EXPIRED -> "signed URL: expired";
            case ADDRESS -> "signed URL: for another address";
        }).ifPresent(faults::add);
        return fault.isEmpty();
    }

    private static boolean isUser(PlaybackRules rules, PlaybackRequest request, List<String> faults) {
        Map<String, String> passwords = rules.passwords();
        Optional<String> basic = credentials(request, "basic");
        if (basic.isEmpty() || passwords == null) {
            return false;
        }
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(basic.get()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            pair = "";
        }
        int colon = pair.indexOf(':');
        String password = colon < 0 ? null : passwords.get(pair.substring(0, colon));
        // Compared with something in any case: the time says nothing about names.
        boolean fits = StreamKeys.fit(List.of(password == null ? "-" : password), pair.substring(colon + 1))
                & password != null;
        if (!fits) {
            faults.add("user or password: not accepted");
        }
        return fits;
    }

    private static List<Bearer> bearers(PlaybackRequest request) {
        List<Bearer> all = new ArrayList<>();
        credentials(request, "bearer").ifPresent(token -> all.add(new Bearer(token, Admitted.BY_HEADER)));
        if (request.token() != null) {
            all.add(new Bearer(request.token(), Admitted.BY_URL));
        }
        return all;
    }

    /** What stands behind the scheme of the Authorization header (RFC 9110 11.6.2). */
    private static Optional<String> credentials(PlaybackRequest request, String scheme) {
        String header = request.authorization();
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(scheme + " ")) {
            return Optional.empty();
        }
        return Optional.of(header.substring(scheme.length() + 1).strip());
    }

    private static Refused unavailable(PlaybackRequest request) {
        return new Refused(503, "stream " + request.stream() + ": the keys of tokens cannot be had now; try again",
                List.of());
    }

    private static Refused refused(PlaybackRules rules, PlaybackRequest request, List<String> faults) {
        boolean tried = !faults.isEmpty();
        List<String> challenges = new ArrayList<>();
        String realm = " realm=\"" + request.stream() + "\"";
        if (rules.passwords() != null) {
            challenges.add("Basic" + realm + ", charset=\"UTF-8\"");
        }
        if (rules.tokens() != null || rules.jwt() != null) {
            challenges.add("Bearer" + realm + (tried ? ", error=\"invalid_token\"" : ""));
        }
        String why = tried ? faults.getLast() : "needs " + needs(rules);
        // Who brought a URL cannot mend it by a password.
        boolean byHeader = request.signed() == null || rules.signingKeys() == null || request.authorization() != null;
        return challenges.isEmpty() || !byHeader
                ? new Refused(403, "stream " + request.stream() + ": " + why + SPEC, List.of())
                : new Refused(401, "stream " + request.stream() + ": " + why + SPEC, List.copyOf(challenges));
    }

    private static String needs(PlaybackRules rules) {
        List<String> ways = new ArrayList<>();
        add(ways, rules.signingKeys(), "a signed URL");
        add(ways, rules.passwords(), "user and password");
        add(ways, rules.tokens() == null ? rules.jwt() : rules.tokens(), "a bearer token");
        return String.join(", or ", ways);
    }

    private static void add(List<String> ways, @Nullable Object way, String words) {
        if (way != null) {
            ways.add(words);
        }
    }
}
