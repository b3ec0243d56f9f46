package dev.penstock.dataplane.store.s3;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.Set;

import javax.net.ssl.SSLException;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

import dev.penstock.dataplane.store.StoreException;
import dev.penstock.dataplane.store.StoreException.Kind;

/**
 * What an error of the SDK means. Messages of the SDK and of the store stay out of ours, as they may repeat keys and signed
 * text: only status and error code pass.
 */
final class S3Faults {
    private static final Set<String> REFUSED = Set.of("accessdenied", "invalidaccesskeyid", "signaturedoesnotmatch",
            "expiredtoken", "invalidtoken", "tokenrefreshrequired", "requesttimetooskewed", "accountproblem",
            "allaccessdisabled", "authorizationheadermalformed");
    private static final Set<String> FULL = Set.of("quotaexceeded", "xminiostoragefull", "insufficientcapacity",
            "insufficientstorage", "toomanybuckets", "storagelimitexceeded");
    private static final Set<String> UNAVAILABLE = Set.of("slowdown", "requesttimeout", "internalerror",
            "serviceunavailable", "throttling", "throttlingexception", "requestlimitexceeded", "operationaborted");

    private S3Faults() {}

    static StoreException of(String store, String what, SdkException e) {
        if (e instanceof AwsServiceException service && service.statusCode() > 0) {
            String code = code(service);
            return new StoreException(kind(service.statusCode(), code.toLowerCase(Locale.ROOT)), store + ": cannot "
                    + what + ": HTTP " + service.statusCode() + (code.isEmpty() ? "" : " " + code) + advice(code),
                    null);
        }
        if (e instanceof ApiCallTimeoutException || e instanceof ApiCallAttemptTimeoutException) {
            return new StoreException(Kind.UNAVAILABLE, store + ": cannot " + what + ": no answer in time", null);
        }
        if (String.valueOf(e.getMessage()).contains("Unable to load credentials")) {
            return new StoreException(Kind.REFUSED, store + ": cannot " + what + ": no credentials found", null);
        }
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new StoreException(Kind.UNAVAILABLE,
                store + ": cannot " + what + ": " + reason(root), null);
    }

    /** What a person can do about an error code; empty when the code says it. */
    private static String advice(String code) {
        return switch (code.toLowerCase(Locale.ROOT)) {
            case "signaturedoesnotmatch" -> " (expected: the secretAccessKey that belongs to the accessKeyId)";
            case "invalidaccesskeyid" -> " (expected: an accessKeyId that the store knows)";
            case "accessdenied" -> " (expected: credentials that may write, read and delete below the prefix)";
            case "nosuchbucket" -> " (expected: a bucket that exists)";
            case "requesttimetooskewed" -> " (expected: the same time here and there, within 15 minutes)";
            case "authorizationheadermalformed", "permanentredirect" -> " (expected: the region of the bucket)";
            default -> "";
        };
    }

    private static String reason(Throwable root) {
        return switch (root) {
            case UnknownHostException e -> "the host name is not known (expected: a name that DNS resolves)";
            case NoRouteToHostException e -> "no route to the host";
            case ConnectException e -> "connection refused (expected: a store that listens at spec.s3.endpoint)";
            case SocketTimeoutException e -> "no answer in time";
            case SSLException e -> "TLS fails (expected: a certificate that is trusted and for this host)";
            case CertificateException e -> "TLS fails (expected: a certificate that is trusted and for this host)";
            case CertPathBuilderException e -> "TLS fails (expected: a certificate that is trusted and for this host)";
            default -> root.getClass().getSimpleName();
        };
    }

    static Kind kind(int status, String code) {
        if (REFUSED.contains(code)) {
            return Kind.REFUSED;
        }
        if (FULL.contains(code)) {
            return Kind.FULL;
        }
        if (UNAVAILABLE.contains(code)) {
            return Kind.UNAVAILABLE;
        }
        return switch (status) {
            case 401, 403 -> Kind.REFUSED;
            case 404, 410 -> Kind.NOT_FOUND;
            case 408, 409, 425, 429 -> Kind.UNAVAILABLE;
            case 507 -> Kind.FULL;
            default -> status >= 500 ? Kind.UNAVAILABLE : Kind.INVALID;
        };
    }

    /** Error code of the answer when it is a plain word. */
    private static String code(AwsServiceException e) {
        String code = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
        return code != null && code.matches("[A-Za-z.]{1,64}") ? code : "";
    }
}
