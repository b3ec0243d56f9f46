package dev.penstock.dataplane.store.layout;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Identity of a recording session, {@code 20261121t115505z-k3v9qa}: start in UTC and 6 random characters, never reused.
 * The order of ids is the order of starts.
 *
 * @param value the id
 */
public record SessionId(String value) implements Comparable<SessionId> {
    private static final Pattern GRAMMAR = Pattern.compile("[0-9]{8}t[0-9]{6}z-[0-9a-z]{6}");
    private static final DateTimeFormatter START = DateTimeFormatter.ofPattern("uuuuMMdd't'HHmmss'z'")
            .withResolverStyle(ResolverStyle.STRICT);
    private static final int START_LENGTH = 16;
    private static final int RANDOM_LENGTH = 6;

    /** Refuses what {@link #parse} does not take. */
    public SessionId {
        if (!valid(value)) {
            throw new IllegalArgumentException("session: " + value + " (expected: like 20261121t115505z-k3v9qa)");
        }
    }

    /** A new id. */
    public static SessionId create(InstantSource clock, RandomGenerator random) {
        StringBuilder out = new StringBuilder(START.format(clock.instant().atOffset(ZoneOffset.UTC))).append('-');
        for (int i = 0; i < RANDOM_LENGTH; i++) {
            out.append(Character.forDigit(random.nextInt(36), 36));
        }
        return new SessionId(out.toString());
    }

    /** Reads an id; empty when it is none. */
    public static Optional<SessionId> parse(String value) {
        return valid(value) ? Optional.of(new SessionId(value)) : Optional.empty();
    }

    /** Start of the session, whole seconds. */
    public Instant start() {
        return LocalDateTime.parse(value.substring(0, START_LENGTH), START).toInstant(ZoneOffset.UTC);
    }

    @Override
    public int compareTo(SessionId other) {
        return value.compareTo(other.value);
    }

    private static boolean valid(String value) {
        if (!GRAMMAR.matcher(value).matches()) {
            return false;
        }
        try {
            LocalDateTime.parse(value.substring(0, START_LENGTH), START);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
