package dev.penstock.dataplane.access;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.jspecify.annotations.Nullable;

/**
 * Checks JSON Web Tokens (RFC 7519) with the keys behind a URL. A good one is remembered until it expires, for 60 s at most; of
 * those and of key sets a bounded number. Any thread; {@link #check} blocks.
 */
final class JwtChecker {
    private static final int MOST_REMEMBERED = 10_000;
    private static final int MOST_SETS = 1_000;
    private static final Duration REMEMBERED = Duration.ofSeconds(60);
    /** Clocks differ. */
    private static final Duration SKEW = Duration.ofSeconds(30);
    private static final String PATH = "path";

    private final KeySetFetcher fetcher;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final AccessMetrics metrics;
    private final Map<Key, Good> remembered = bounded(MOST_REMEMBERED);
    private final Map<URI, KeySet> sets = bounded(MOST_SETS);

    /** A token, by its hash: the token itself stays nowhere. */
    private record Key(String hash, JwtRules rules) {}

    /**
     * A token that is good.
     *
     * @param paths what it opens; null for all
     * @param until when it must be checked again
     */
    private record Good(@Nullable List<String> paths, Instant until) {}

    /** What came out. */
    enum Result {
        /** Good, and for this path. */
        GOOD,
        /** Not signed by a key of the set, or no token at all, or for somebody else. */
        BAD,
        /** Its time is over, or has not come. */
        EXPIRED,
        /** Good, but for other paths. */
        ELSEWHERE,
        /** The keys cannot be had now. */
        UNKNOWN
    }

    JwtChecker(KeySetFetcher fetcher, InstantSource clock, LongSupplier nanos, AccessMetrics metrics) {
        this.fetcher = fetcher;
        this.clock = clock;
        this.nanos = nanos;
        this.metrics = metrics;
    }

    private static <K, V> Map<K, V> bounded(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    /** What is known of a token without looking at it again; does not block. */
    Optional<Result> remembered(JwtRules rules, String token, String path) {
        Good good;
        synchronized (remembered) {
            good = remembered.get(new Key(hash(token), rules));
        }
        return good == null || !clock.instant().isBefore(good.until())
                ? Optional.empty()
                : Optional.of(opens(good.paths(), path) ? Result.GOOD : Result.ELSEWHERE);
    }

    /** Checks a token. Blocks while keys are fetched, for a few seconds at most. */
    Result check(JwtRules rules, String token, String path) throws InterruptedException {
        SignedJWT jwt;
        JWTClaimsSet claims;
        List<String> paths;
        try {
            jwt = SignedJWT.parse(token);
            claims = jwt.getJWTClaimsSet();
            paths = claims == null ? null : paths(claims);
        } catch (ParseException | RuntimeException e) {
            return Result.BAD;
        }
        if (claims == null || !JwtSignature.isAccepted(jwt.getHeader())) {
            return Result.BAD;
        }
        Optional<List<JWK>> keys = set(rules.keys()).keys(all -> JwtSignature.hasKey(all, jwt.getHeader()));
        if (keys.isEmpty()) {
            return Result.UNKNOWN;
        }
        if (!JwtSignature.isSigned(jwt, keys.get()) || !isForUs(claims, rules)) {
            return Result.BAD;
        }
        Instant now = clock.instant();
        Date expires = claims.getExpirationTime();
        Date from = claims.getNotBeforeTime();
        if (expires == null) {
            return Result.BAD;
        }
        Instant end = expires.toInstant().plus(SKEW);
        if (!now.isBefore(end) || (from != null && now.isBefore(from.toInstant().minus(SKEW)))) {
            return Result.EXPIRED;
        }
        Instant later = now.plus(REMEMBERED);
        synchronized (remembered) {
            remembered.put(new Key(hash(token), rules), new Good(paths, later.isBefore(end) ? later : end));
        }
        return opens(paths, path) ? Result.GOOD : Result.ELSEWHERE;
    }

    private KeySet set(URI url) {
        synchronized (sets) {
            return sets.computeIfAbsent(url, key -> new KeySet(key, fetcher, nanos, metrics));
        }
    }

    private static boolean isForUs(JWTClaimsSet claims, JwtRules rules) {
        return (rules.issuer() == null || rules.issuer().equals(claims.getIssuer()))
                && (rules.audience() == null || claims.getAudience().contains(rules.audience()));
    }

    /** The claim {@code path}: a path or several; null when the token has none. */
    private static @Nullable List<String> paths(JWTClaimsSet claims) throws ParseException {
        Object claim = claims.getClaim(PATH);
        return switch (claim) {
            case null -> null;
            case String one -> List.of(one);
            case List<?> several -> {
                List<String> all = new ArrayList<>();
                for (Object one : several) {
                    all.add(String.valueOf(one));
                }
                yield List.copyOf(all);
            }
            default -> throw new ParseException(PATH + " (expected: text or a list of texts)", 0);
        };
    }

    /** Whether one of the paths is the path, or stands above it. */
    private static boolean opens(@Nullable List<String> paths, String path) {
        return paths == null || paths.stream().anyMatch(one -> path.equals(one)
                || (!one.isEmpty() && path.startsWith(one.endsWith("/") ? one : one + "/")));
    }

    private static String hash(String token) {
        try {
            return HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
