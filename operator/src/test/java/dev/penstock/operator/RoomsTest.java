package dev.penstock.operator;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/** The arrows between the rooms of the operator: who may import whom, and which library is used where. */
class RoomsTest {
    private static final String BASE = "dev.penstock.operator";

    /** Room to the rooms it may import; the root may import all. */
    private static final Map<String, Set<String>> MAY_IMPORT = Map.of("config", Set.of(), "ring", Set.of(), "status",
            Set.of(),
            "telemetry", Set.of(), "probe", Set.of("telemetry"), "resolve", Set.of(), "haproxy", Set.of("ring"),
            "agent", Set.of("haproxy", "telemetry"), "desired",
            Set.of("config", "ring", "haproxy"),
            "reconcile", Set.of("config", "resolve", "ring", "haproxy", "desired", "status", "telemetry",
                    "probe"));

    /** Rooms that only think: no client, clock, file or thread. */
    private static final Set<String> PURE = Set.of("ring", "haproxy", "desired", "status");

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(BASE);

    @TestFactory
    Stream<DynamicTest> shouldImportOnlyWhatTheTableAllows() {
        return MAY_IMPORT.keySet().stream().sorted()
                .map(room -> DynamicTest.dynamicTest(room, () -> imports(room).check(MAIN)));
    }

    @Test
    void shouldKnowEveryRoom() {
        Set<String> unknown = new TreeSet<>();
        MAIN.forEach(type -> {
            if (!room(type).isEmpty() && !MAY_IMPORT.containsKey(room(type))) {
                unknown.add(type.getName());
            }
        });
        assertThat(unknown).as("classes outside the rooms of the table").isEmpty();
    }

    @Test
    void shouldHaveNoCyclesAndKindsThatIgnoreEachOther() {
        slices().matching(BASE + ".(*)..").should().beFreeOfCycles().check(MAIN);
        slices().matching(BASE + ".reconcile.(*)..").should().notDependOnEachOther().check(MAIN);
    }

    @Test
    void shouldKeepPureRoomsPure() {
        PURE.forEach(room -> pure(room).check(MAIN));
    }

    @Test
    void shouldUseLibrariesOnlyInTheirRooms() {
        noClasses().that(describe("outside of reconcile and the root", c -> !Set.of("", "reconcile").contains(room(c))))
                .should()
                .dependOnClassesThat().resideInAPackage("io.javaoperatorsdk..").check(MAIN);
        noClasses()
                .that(describe("not telemetry and not *Metrics",
                        c -> !room(c).equals("telemetry") && !c.getSimpleName().endsWith("Metrics")))
                .should().dependOnClassesThat().resideInAPackage("io.micrometer..").check(MAIN);
        noClasses().that(describe("not the root", c -> !room(c).isEmpty())).should().dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(MAIN);
        noClasses().should().dependOnClassesThat()
                .resideInAnyPackage("dev.penstock.dataplane..", "java.util.logging..", "ch.qos.logback..", "io.vertx..",
                        "io.netty..")
                .check(MAIN);
    }

    @Test
    void shouldBeGivenTimeAndChance() {
        time(c -> !room(c).isEmpty()).check(MAIN);
    }

    @Test
    void shouldHaveNoStaticState() {
        noFields().that().areStatic().should().notBeFinal().check(MAIN);
    }

    @Test
    void shouldKeepWhatTheFrameworkMakesInReconcile() {
        assertThat(MAIN).filteredOn(c -> c.getSimpleName().matches(".*(DependentResource|Mapper|Condition)"))
                .isNotEmpty()
                .allSatisfy(c -> {
                    assertThat(room(c)).as(c.getName()).isEqualTo("reconcile");
                    assertThat(c.getModifiers().contains(JavaModifier.FINAL)
                            || !c.getModifiers().contains(JavaModifier.PUBLIC))
                            .as(c.getName() + " is package-private or final").isTrue();
                });
    }

    @Test
    void shouldCatchWhatIsPlanted() {
        JavaClasses planted = new ClassFileImporter().importPackages(BASE + ".ring.planted");
        for (ArchRule rule : List.of(imports("ring"), pure("ring"), time(c -> true))) {
            assertThat(rule.evaluate(planted).getFailureReport().getDetails()).as(rule.getDescription())
                    .anyMatch(line -> line.contains("Planted"));
        }
    }

    private static ArchRule imports(String room) {
        return noClasses().that(describe("in " + room, c -> room(c).equals(room))).should().dependOnClassesThat(
                describe("are of a room that " + room + " may not import", c -> c.getPackageName().startsWith(BASE)
                        && !room(c).equals(room) && !MAY_IMPORT.getOrDefault(room, Set.of()).contains(room(c))));
    }

    private static ArchRule pure(String room) {
        return noClasses().that(describe("in " + room, c -> room(c).equals(room))).should().dependOnClassesThat()
                .resideInAnyPackage("io.fabric8.kubernetes.client..", "io.javaoperatorsdk..", "java.io..",
                        "java.nio.file..",
                        "java.net..", "java.util.concurrent..")
                .orShould().dependOnClassesThat().areAssignableTo(Thread.class);
    }

    private static ArchRule time(Predicate<JavaClass> where) {
        DescribedPredicate<JavaClass> there = describe("are given time and chance", where);
        return noClasses().that(there).should().callMethod(Instant.class, "now").orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould().callMethod(System.class, "nanoTime").orShould()
                .callMethod(Thread.class, "sleep", long.class).orShould()
                .callMethod(System.class, "getenv", String.class).orShould().callConstructor(Random.class).orShould()
                .accessField(System.class, "out");
    }

    private static String room(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith(BASE + ".") ? name.substring(BASE.length() + 1).split("\\.")[0] : "";
    }
}
