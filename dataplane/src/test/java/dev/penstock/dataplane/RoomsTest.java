package dev.penstock.dataplane;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/** The arrows between the rooms of the data plane: who may import whom, and which library is used where. */
class RoomsTest {
    private static final String BASE = "dev.penstock.dataplane";

    /** Room to the rooms it may import. Imports run against the data: a consumer knows its producer, never the reverse. */
    private static final Map<String, List<String>> MAY_IMPORT = Map.ofEntries(Map.entry("telemetry", List.of()),
            Map.entry("media", List.of()), Map.entry("store", List.of("telemetry")),
            Map.entry("http", List.of("telemetry")), Map.entry("ffmpeg", List.of("media", "telemetry")),
            Map.entry("resource", List.of("telemetry")),
            Map.entry("access", List.of("telemetry")),
            Map.entry("ingest", List.of("media", "http", "ffmpeg", "access", "telemetry")),
            Map.entry("hub", List.of("media", "telemetry")),
            Map.entry("fanout", List.of("hub", "media", "http", "telemetry")),
            Map.entry("push", List.of("hub", "media", "ingest.input", "ingest.rtmp", "ingest.srt", "telemetry")),
            Map.entry("segment", List.of("hub", "store", "media", "telemetry")),
            Map.entry("hls", List.of("segment", "store", "media", "http", "telemetry")),
            Map.entry("dash", List.of("segment", "store", "media", "http", "telemetry")),
            Map.entry("vod",
                    List.of("store", "media", "segment", "hls.playlist", "dash.manifest", "http", "telemetry")),
            Map.entry("trickplay", List.of("vod", "media", "ffmpeg", "http", "telemetry")),
            Map.entry("record", List.of("segment", "store", "media", "telemetry", "hls.playlist", "http")),
            Map.entry("notify", List.of("telemetry")),
            Map.entry("api", List.of("hub", "segment", "record", "placement", "http", "telemetry")),
            Map.entry("placement", List.of("resource", "hub", "segment", "record", "http", "telemetry")));

    /** Sub-packages that other rooms may import; all others are their room's own business. */
    private static final Set<String> PUBLIC_SUBPACKAGES = Set.of("hls.playlist", "dash.manifest", "store.layout",
            "ingest.input", "ingest.rtmp", "ingest.srt", "vod.storage", "vod.title");

    private static final Set<String> NETTY_ROOMS = Set.of("http", "ingest", "fanout", "push", "hls", "dash",
            "placement", "app");

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages(BASE);

    @TestFactory
    Stream<DynamicTest> shouldImportOnlyWhatTheTableAllows() {
        return MAY_IMPORT.keySet().stream().sorted()
                .map(room -> DynamicTest.dynamicTest(room, () -> onlyAllowedImports(room).check(MAIN)));
    }

    @Test
    void shouldKnowEveryRoom() {
        Set<String> unknown = new TreeSet<>();
        for (JavaClass type : MAIN) {
            String room = room(type);
            if (!MAY_IMPORT.containsKey(room) && !room.equals("app")) {
                unknown.add(type.getName());
            }
        }
        assertThat(unknown).as("classes outside the rooms of the table").isEmpty();
    }

    @Test
    void shouldHaveNoCycles() {
        slices().matching(BASE + ".(*)..").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void shouldKeepSubpackagesPrivate() {
        for (String room : MAY_IMPORT.keySet()) {
            if (room.equals("media")) {
                continue;
            }
            DescribedPredicate<JavaClass> hidden = DescribedPredicate.describe("hidden sub-packages of " + room,
                    c -> c.getPackageName().startsWith(BASE + "." + room + ".")
                            && PUBLIC_SUBPACKAGES.stream()
                                    .noneMatch(p -> c.getPackageName().startsWith(BASE + "." + p)));
            noClasses().that(resideInAnyPackage(BASE + "..").and(not(inRoom(room))).and(not(inRoom("app")))).should()
                    .dependOnClassesThat(hidden).allowEmptyShould(true).check(MAIN);
        }
    }

    @Test
    void shouldUseLibrariesOnlyInTheirRooms() {
        only("software.amazon..", "store.s3").check(MAIN);
        only("org.bytedeco..", "ffmpeg").check(MAIN);
        only("picocli..", "app").check(MAIN);
        only("dev.cel..", "resource").check(MAIN);
        only("com.nimbusds..", "access").check(MAIN);
        only("ch.qos.logback..", "telemetry").check(MAIN);
        noClasses()
                .that(resideInAnyPackage(BASE + "..").and(not(inRoom("telemetry"))).and(not(inRoom("app")))
                        .and(not(inRoom("api"))).and(not(simpleNameEndingWith("Metrics"))))
                .should().dependOnClassesThat().resideInAPackage("io.micrometer..").check(MAIN);
        DescribedPredicate<JavaClass> nettyRoom = DescribedPredicate.describe("rooms with channels",
                c -> NETTY_ROOMS.contains(room(c)) && !c.getPackageName().contains(".playlist")
                        && !c.getPackageName().contains(".manifest"));
        noClasses().that(resideInAnyPackage(BASE + "..").and(not(nettyRoom))).should().dependOnClassesThat()
                .resideInAnyPackage("io.netty.channel..", "io.netty.handler..").check(MAIN);
        noClasses().that().resideInAnyPackage(BASE + "..").and()
                .resideOutsideOfPackages(BASE + ".resource..", BASE + ".app..")
                .should().dependOnClassesThat().resideInAnyPackage("io.fabric8.kubernetes.client..").check(MAIN);
        noClasses().should().dependOnClassesThat().resideInAnyPackage("java.util.logging..", "dev.penstock.operator..")
                .check(MAIN);
    }

    @Test
    void shouldBeGivenTimeAndChance() {
        DescribedPredicate<JavaClass> outside = resideInAnyPackage(BASE + "..").and(not(inRoom("app")));
        noClasses().that(outside).should().callMethod(java.time.Instant.class, "now").orShould()
                .callMethod(System.class, "currentTimeMillis").orShould().callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class).orShould().callMethod(System.class, "getenv").orShould()
                .callMethod(System.class, "getenv", String.class).orShould()
                .callConstructor(java.util.Random.class).orShould().accessField(System.class, "out").check(MAIN);
    }

    @Test
    void shouldHaveNoStaticState() {
        noFields().that().areDeclaredInClassesThat().resideInAPackage(BASE + "..").and().areStatic().should()
                .notBeFinal()
                .check(MAIN);
    }

    @Test
    void shouldCatchAPlantedViolation() {
        JavaClasses planted = new ClassFileImporter().importPackages(BASE + ".media.planted");
        assertThat(onlyAllowedImports("media").evaluate(planted).getFailureReport().getDetails())
                .anyMatch(line -> line.contains("Planted"));
    }

    private static ArchRule onlyAllowedImports(String room) {
        List<String> allowed = MAY_IMPORT.getOrDefault(room, List.of());
        DescribedPredicate<JavaClass> forbidden = DescribedPredicate.describe("rooms that " + room + " may not import",
                c -> c.getPackageName().startsWith(BASE + ".") && !room(c).equals(room)
                        && allowed.stream().noneMatch(a -> isIn(c, a)));
        return noClasses().that(inRoom(room)).should().dependOnClassesThat(forbidden).allowEmptyShould(true);
    }

    private static ArchRule only(String library, String room) {
        return noClasses().that(resideInAnyPackage(BASE + "..").and(not(resideInAnyPackage(BASE + "." + room + ".."))))
                .should().dependOnClassesThat().resideInAPackage(library);
    }

    private static DescribedPredicate<JavaClass> inRoom(String room) {
        return DescribedPredicate.describe("in room " + room, c -> isIn(c, room));
    }

    private static boolean isIn(JavaClass type, String room) {
        String name = type.getPackageName();
        return name.equals(BASE + "." + room) || name.startsWith(BASE + "." + room + ".");
    }

    private static String room(JavaClass type) {
        String name = type.getPackageName();
        if (!name.startsWith(BASE + ".")) {
            return "";
        }
        return name.substring(BASE.length() + 1).split("\\.")[0];
    }
}
