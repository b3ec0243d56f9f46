package dev.penstock.dataplane.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import dev.penstock.api.Durations;
import dev.penstock.dataplane.access.SignedUrl;
import dev.penstock.dataplane.access.TrustedProxies;

/** Makes a URL path that opens a stream for a while. */
@Command(name = "sign", mixinStandardHelpOptions = true, description = "Prints the path of a stream with a permit to play it (spec.access.signedUrlSecretRef).")
final class SignCommand implements Callable<Integer> {
    @Option(names = "--secret-file", paramLabel = "FILE", required = true, description = "file with the signing key, a value of the Secret")
    private Path secret = Path.of("key");
    @Option(names = "--path", paramLabel = "PATH", required = true, description = "what it opens: /live/NAMESPACE/NAME")
    private String path = "";
    @Option(names = "--expires", paramLabel = "TIME", defaultValue = "1h", description = "for how long it opens it, such as 90m (default: ${DEFAULT-VALUE})")
    private String expires = "1h";
    @Option(names = "--address", paramLabel = "ADDRESS", defaultValue = "", description = "the only address that may use it (default: any may)")
    private String address = "";
    @Option(names = "--file", paramLabel = "NAME", defaultValue = "index.m3u8", description = "file of the stream that the printed path ends in (default: ${DEFAULT-VALUE})")
    private String file = "index.m3u8";

    @Override
    public Integer call() throws Exception {
        String key = Files.readString(secret);
        if (!SignedUrl.usable(key)) {
            throw new IllegalArgumentException("--secret-file: " + secret + " (expected: a key of at least "
                    + SignedUrl.LEAST_KEY_BYTES + " bytes)");
        }
        if (!path.matches("/live/[a-z0-9][-a-z0-9]*/[a-z0-9][-a-z0-9.]*")) {
            throw new IllegalArgumentException("--path: " + path + " (expected: /live/NAMESPACE/NAME)");
        }
        if (!address.isEmpty() && !TrustedProxies.isAddress(address)) {
            throw new IllegalArgumentException("--address: " + address + " (expected: an IPv4 or IPv6 address)");
        }
        Duration time = duration();
        System.out.println(
                path + "/~" + SignedUrl.sign(key, path, Instant.now().plus(time), address).token() + "/" + file);
        return 0;
    }

    private Duration duration() {
        try {
            return Durations.parse(expires);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--expires: " + e.getMessage(), e);
        }
    }
}
