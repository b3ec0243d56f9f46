package dev.penstock.dataplane.resource;

import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

import dev.penstock.api.v1alpha1.LiveStream;

/**
 * Does in the cluster what a caller asks for, with the caller's own token: the API server says who that is and whether he may, and its
 * audit log names him. The pod's own rights are never used for it. Blocks, for at most a few seconds a call. Any thread.
 */
public final class CallerAccess {
    private static final int CONNECT_MILLIS = 2000;
    private static final int REQUEST_MILLIS = 5000;
    private static final String FIELD_MANAGER = "penstock-api";

    private final Config cluster;

    /**
     * What came of it.
     *
     * @param status 200 for done; 401, 403, 404, or what else the API server said; 503 when it said nothing
     * @param message for people; empty when done
     */
    public record Outcome(int status, String message) {
        /** It is done, or allowed. */
        public static final Outcome DONE = new Outcome(200, "");
    }

    /** @param client how this process reaches the cluster; of what it may there nothing is taken */
    public CallerAccess(KubernetesClient client) {
        cluster = client.getConfiguration();
    }

    /** Whether the caller may patch a stream. */
    public Outcome mayPatch(String token, String namespace, String name) {
        SelfSubjectAccessReview asked = new SelfSubjectAccessReviewBuilder().withNewSpec().withNewResourceAttributes()
                .withGroup("penstock.dev").withResource("livestreams").withVerb("patch").withNamespace(namespace)
                .withName(name).endResourceAttributes().endSpec().build();
        try (KubernetesClient caller = as(token)) {
            SelfSubjectAccessReview answer = caller.authorization().v1().selfSubjectAccessReview().create(asked);
            return answer.getStatus() != null && Boolean.TRUE.equals(answer.getStatus().getAllowed())
                    ? Outcome.DONE
                    : new Outcome(403, "patch livestreams " + namespace + "/" + name + ": not allowed to this caller");
        } catch (KubernetesClientException e) {
            return outcome(e, namespace, name);
        }
    }

    /** Sets {@code spec.offline} of a stream. */
    public Outcome offline(String token, String namespace, String name, boolean offline) {
        PatchContext how = new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE)
                .withFieldManager(FIELD_MANAGER).build();
        try (KubernetesClient caller = as(token)) {
            caller.resources(LiveStream.class).inNamespace(namespace).withName(name).patch(how,
                    "{\"spec\":{\"offline\":" + offline + "}}");
            return Outcome.DONE;
        } catch (KubernetesClientException e) {
            return outcome(e, namespace, name);
        }
    }

    private KubernetesClient as(String token) {
        Config config = new ConfigBuilder(Config.empty()).withMasterUrl(cluster.getMasterUrl())
                .withCaCertData(cluster.getCaCertData()).withCaCertFile(cluster.getCaCertFile())
                .withTrustCerts(cluster.isTrustCerts()).withDisableHostnameVerification(
                        cluster.isDisableHostnameVerification())
                .withAutoOAuthToken(null).withOauthToken(token).withConnectionTimeout(CONNECT_MILLIS)
                .withRequestTimeout(REQUEST_MILLIS).withRequestRetryBackoffLimit(0).build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static Outcome outcome(KubernetesClientException e, String namespace, String name) {
        String stream = "stream " + namespace + "/" + name;
        return switch (e.getCode()) {
            case 401 -> new Outcome(401, "Authorization: the API server does not know this token");
            case 403 ->
                new Outcome(403, "patch livestreams " + namespace + "/" + name + ": not allowed to this caller");
            case 404 -> new Outcome(404, "no " + stream);
            case 409, 422 -> new Outcome(409, stream + ": the API server refuses the change: "
                    + (e.getStatus() == null ? e.getCode() : e.getStatus().getMessage()));
            default -> new Outcome(503, "the API server gives no useful answer (" + e.getCode() + "); try again");
        };
    }
}
