package dev.penstock.crds;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

import dev.penstock.crds.planted.api.PlantedApi;
import dev.penstock.crds.planted.wire.PlantedWire;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What each package of this module may see (docs/architecture.md, rooms). */
class RoomsTest {
    private static final List<String> LIBRARIES = List.of("java.", "com.fasterxml.jackson.annotation.",
            "org.jspecify.annotations.");
    private static final Map<String, List<String>> ROOMS = Map.of(
            "dev.penstock.api",
            List.of("dev.penstock.api.", "io.fabric8.kubernetes.api.model.",
                    "io.fabric8.kubernetes.client.CustomResource",
                    "io.fabric8.kubernetes.model.annotation.", "io.fabric8.crd.generator.annotation.",
                    "io.fabric8.generator.annotation."),
            "dev.penstock.wire", List.of("dev.penstock.wire."));
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.penstock");

    @Test
    void shouldSeeOnlyWhatTheTableSays() {
        ROOMS.forEach((room, allowed) -> rule(room, allowed).check(OURS));
    }

    @Test
    void shouldStandInTheTable() {
        assertThat(OURS).isNotEmpty().allSatisfy(type -> assertThat(ROOMS.keySet())
                .anyMatch(room -> inside(type, room)));
    }

    @Test
    void shouldRefuseWhatIsPlanted() {
        JavaClasses planted = new ClassFileImporter().importClasses(PlantedApi.class, PlantedWire.class);

        assertThatThrownBy(() -> rule("dev.penstock.crds.planted.api", ROOMS.get("dev.penstock.api")).check(planted))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("io.fabric8.kubernetes.client.KubernetesClient");
        assertThatThrownBy(() -> rule("dev.penstock.crds.planted.wire", ROOMS.get("dev.penstock.wire")).check(planted))
                .isInstanceOf(AssertionError.class).hasMessageContaining("dev.penstock.api.Condition");
    }

    @Test
    void shouldLeaveOutWhatIsNotThereWhenWritten() {
        ArchRule rule = classes().that(describe("are records", JavaClass::isRecord)).and()
                .resideInAPackage("dev.penstock.api.v1alpha1..").should().beAnnotatedWith(JsonInclude.class);

        rule.check(OURS);
    }

    private static ArchRule rule(String room, List<String> allowed) {
        return classes().that(describe("are in " + room, type -> inside(type, room))).should()
                .onlyDependOnClassesThat(describe("are the JDK, Jackson's annotations or " + allowed, type -> {
                    JavaClass base = type.getBaseComponentType();
                    return base.isPrimitive() || inside(base, room)
                            || LIBRARIES.stream().anyMatch(base.getName()::startsWith)
                            || allowed.stream().anyMatch(base.getName()::startsWith);
                }));
    }

    private static boolean inside(JavaClass type, String room) {
        return type.getPackageName().equals(room) || type.getPackageName().startsWith(room + ".");
    }
}
