package dev.penstock.dataplane.app;

import java.util.Optional;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.dataplane.access.Hook;
import dev.penstock.dataplane.access.HookAnswer;
import dev.penstock.dataplane.access.HookQuestion;
import dev.penstock.dataplane.access.PublishHooks;
import dev.penstock.dataplane.ingest.push.PublishRequest;
import dev.penstock.dataplane.ingest.push.PublishVerdict.Reason;
import dev.penstock.dataplane.ingest.push.PublishVerdict.Refused;
import dev.penstock.dataplane.resource.ResourceSource;

/**
 * Who may publish a stream: who has one of its keys and, where there is a hook, who the hook lets in. Without keys the hook decides
 * alone; with neither nobody may. Any thread that may block.
 *
 * @param resources where keys are
 * @param settings finds a stream's hook
 * @param hooks asks it
 */
record PublishRules(ResourceSource resources, HookSettings settings, PublishHooks hooks) {
    /** Why a publisher is turned away by its key; nothing when that is right, or the stream's hook decides alone. */
    Optional<Refused> byKey(LiveStream stream, PublishRequest request) {
        String secret = PushSettings.keySecret(stream);
        if ((secret == null && settings.has(stream)) || PushSettings.admitting(stream, resources).test(request)) {
            return Optional.empty();
        }
        if (secret != null && request.key() != null) {
            resources.refreshSecret(request.namespace(), secret);
        }
        return Optional.of(new Refused(Reason.FORBIDDEN, unknown(request)));
    }

    /** Why a publisher is turned away by the stream's hook; nothing when that lets it in, or there is none. */
    Optional<Refused> byHook(LiveStream stream, PublishRequest request) {
        Optional<Hook> hook;
        try {
            hook = settings.find(stream);
        } catch (IllegalArgumentException e) {
            return Optional.of(unavailable(request, String.valueOf(e.getMessage())));
        }
        return hook.flatMap(asked -> switch (hooks.ask(asked, question(stream, request))) {
            case HookAnswer.Allowed allowed -> Optional.empty();
            case HookAnswer.Denied denied -> Optional.of(new Refused(Reason.FORBIDDEN, denied.reason().isEmpty()
                    ? unknown(request)
                    : "stream " + StreamGate.shown(request) + ": " + denied.reason()));
            case HookAnswer.Failed failed -> Optional.of(unavailable(request, "the authWebhook: " + failed.reason()));
        });
    }

    private static HookQuestion question(LiveStream stream, PublishRequest request) {
        return new HookQuestion(request.protocol(), request.namespace(), request.name(),
                PushSettings.keySecret(stream) == null ? request.key() : null,
                request.remote().getAddress() == null
                        ? request.remote().getHostString()
                        : request.remote().getAddress().getHostAddress());
    }

    private static Refused unavailable(PublishRequest request, String reason) {
        return new Refused(Reason.UNAVAILABLE,
                "stream " + StreamGate.shown(request) + ": nobody can say who may publish: " + reason);
    }

    /** The words for a key that does not fit and for a stream that is not there. */
    static String unknown(PublishRequest request) {
        return "stream " + StreamGate.shown(request) + ": there is none that takes this key";
    }
}
