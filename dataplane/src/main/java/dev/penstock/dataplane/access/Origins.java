package dev.penstock.dataplane.access;

import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** Whose pages may read answers (CORS in the Fetch standard). Immutable. */
public final class Origins {
    /** Everybody's. */
    public static final Origins ANY = new Origins(null);

    private final @Nullable Set<String> allowed;

    private Origins(@Nullable Set<String> allowed) {
        this.allowed = allowed;
    }

    /** Pages of these; of nobody when the list is empty. Of a URL only scheme, host and port count. */
    public static Origins of(List<String> urls) {
        Set<String> all = new HashSet<>();
        urls.forEach(url -> all.add(normal(url)));
        return new Origins(Set.copyOf(all));
    }

    /** Whether everybody's pages may. */
    public boolean isAny() {
        return allowed == null;
    }

    /**
     * Whether a page may.
     *
     * @param origin the request's Origin
     */
    public boolean allow(@Nullable String origin) {
        Set<String> some = allowed;
        return some == null || (origin != null && some.contains(normal(origin)));
    }

    /** As browsers write it: in small letters, without a path and without the scheme's own port. */
    private static String normal(String url) {
        try {
            URI uri = URI.create(url.strip());
            if (uri.getScheme() == null || uri.getHost() == null) {
                return url;
            }
            String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
            int usual = scheme.equals("https") ? 443 : 80;
            int port = uri.getPort();
            return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT)
                    + (port < 0 || port == usual ? "" : ":" + port);
        } catch (IllegalArgumentException e) {
            return url;
        }
    }
}
