package dev.penstock.dataplane.dash.manifest;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as XML Schema writes them. */
public final class IsoText {
    private static final DateTimeFormatter DATE = DateTimeFormatter
            .ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private IsoText() {}

    /** xs:dateTime in UTC, to the millisecond. */
    public static String date(Instant instant) {
        return DATE.format(instant);
    }

    /** xs:duration in seconds, exact to the microsecond. */
    static String duration(long micros) {
        return "PT" + seconds(micros) + "S";
    }

    /** A decimal number of seconds. */
    static String seconds(long micros) {
        String text = Long.toString(micros / 1_000_000);
        long rest = micros % 1_000_000;
        if (rest == 0) {
            return text;
        }
        String fraction = Long.toString(1_000_000 + rest).substring(1);
        int end = fraction.length();
        while (fraction.charAt(end - 1) == '0') {
            end--;
        }
        return text + "." + fraction.substring(0, end);
    }
}
