package dev.penstock.operator.telemetry;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.api.Condition;
import dev.penstock.api.FieldManagers;
import dev.penstock.operator.telemetry.EventLedger.Due;
import dev.penstock.operator.telemetry.EventLedger.Subject;

/**
 * Writes Events about what turns bad and what heals, as conditions say it, whoever writes them. Takes what it is told at once and
 * writes on a thread of its own, once a second at most {@value #WRITES_PER_SECOND} Events, folded; while the API server is away it
 * keeps {@link EventLedger#CAPACITY} of them. Thread-safe.
 */
public final class EventRecorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
    private static final int WRITES_PER_SECOND = 20;
    private static final int LONGEST_MESSAGE = 1000;
    private static final String SOURCE = FieldManagers.OPERATOR;
    private static final int TOO_MANY_REQUESTS = 429;
    /** Makes it, also again when its hour is over, or raises its count; both without a look at what is there. */
    private static final PatchContext APPLY = new PatchContext.Builder().withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(FieldManagers.OPERATOR).withForce(true).build();

    private final KubernetesClient client;
    private final OperatorMetrics metrics;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final EventLedger ledger = new EventLedger();
    private final ScheduledExecutorService thread = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().name("events").daemon().factory());

    private volatile boolean isStarted;

    /**
     * Starts a recorder.
     *
     * @param client client that may create and patch Events; stays the caller's
     * @param metrics counts what is written and dropped
     * @param clock wall time
     * @param random for the names of Events
     */
    public EventRecorder(KubernetesClient client, OperatorMetrics metrics, InstantSource clock,
            RandomGenerator random) {
        this.client = client;
        this.metrics = metrics;
        this.clock = clock;
        this.random = random;
        thread.scheduleWithFixedDelay(this::writeSafely, 1, 1, TimeUnit.SECONDS);
    }

    /** From now on what changes is written: of several operators only the one that leads does. */
    public void start() {
        isStarted = true;
    }

    /** Notes what a change of a resource's conditions says; returns at once. */
    public void changed(HasMetadata resource, @Nullable List<Condition> before, @Nullable List<Condition> after) {
        if (!isStarted) {
            return;
        }
        ObjectMeta metadata = resource.getMetadata();
        List<Note> notes = EventPlanner.plan(before, after);
        if (notes.isEmpty()) {
            return;
        }
        Subject subject = new Subject(resource.getApiVersion(), resource.getKind(), metadata.getNamespace(),
                metadata.getName(), metadata.getUid());
        synchronized (ledger) {
            notes.forEach(note -> ledger.add(subject, cut(note), clock.instant(),
                    metadata.getName() + "." + HexFormat.of().toHexDigits(random.nextLong())));
        }
    }

    /** Ends; what is not written by then is not written. */
    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void writeSafely() {
        try {
            write();
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue(LogKeys.REASON, e.getMessage()).log("Events cannot be written now");
        }
    }

    private void write() {
        List<Due> due;
        synchronized (ledger) {
            due = ledger.due(clock.instant(), WRITES_PER_SECOND);
            metrics.eventsDropped(ledger.takeDropped());
        }
        for (Due event : due) {
            boolean isWritten = write(event);
            synchronized (ledger) {
                if (isWritten) {
                    ledger.written(event, clock.instant());
                } else {
                    ledger.drop(event);
                }
            }
        }
    }

    /** Whether the API server took it; throws when it cannot be asked or is not itself. */
    private boolean write(Due due) {
        try {
            client.resource(event(due)).patch(APPLY);
            metrics.eventWritten();
            return true;
        } catch (KubernetesClientException e) {
            // Its namespace goes, or it is refused: nothing to try again. The next note begins anew.
            if (e.getCode() >= 400 && e.getCode() < 500 && e.getCode() != TOO_MANY_REQUESTS) {
                LOG.atDebug().addKeyValue(LogKeys.REASON, e.getMessage()).log("Event dropped");
                return false;
            }
            throw e;
        }
    }

    private static Event event(Due due) {
        Subject subject = due.subject();
        return new EventBuilder().withNewMetadata().withName(due.name()).withNamespace(subject.namespace())
                .endMetadata().withNewInvolvedObject().withApiVersion(subject.apiVersion())
                .withKind(subject.kind()).withNamespace(subject.namespace()).withName(subject.name())
                .withUid(subject.uid()).endInvolvedObject().withType(due.note().isWarning() ? "Warning" : "Normal")
                .withReason(due.note().reason()).withMessage(due.note().message()).withCount(due.count())
                .withFirstTimestamp(time(due.first())).withLastTimestamp(time(due.last())).withNewSource()
                .withComponent(SOURCE).endSource().withReportingComponent(SOURCE).withReportingInstance(SOURCE)
                .build();
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static Note cut(Note note) {
        return note.message().length() <= LONGEST_MESSAGE
                ? note
                : new Note(note.isWarning(), note.reason(), note.message().substring(0, LONGEST_MESSAGE - 3) + "...");
    }
}
