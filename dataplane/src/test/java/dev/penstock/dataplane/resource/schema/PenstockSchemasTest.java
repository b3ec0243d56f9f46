package dev.penstock.dataplane.resource.schema;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Every rule of the product's own resources compiles, and their schemas use nothing that is not judged. */
class PenstockSchemasTest {
    @ParameterizedTest
    @ValueSource(strings = {"LiveStream livestreams", "MediaGateway mediagateways", "MediaPool mediapools",
            "ObjectStore objectstores",
            "Recording recordings", "RenderSession rendersessions"})
    void shouldCompileEveryRule(String kindAndPlural) {
        String[] names = kindAndPlural.split(" ");
        ResourceSchemas schemas = ResourceSchemas
                .ofClassPath(List.of("/penstock/crds/" + names[1] + ".penstock.dev.yaml"));
        Schema schema = schemas.of("penstock.dev/v1alpha1", names[0]).orElseThrow().schema();
        assertThat(rules(schema)).allSatisfy(rule -> assertThat(rule.compiled().program()).isNotNull());
    }

    private static Stream<CelRule> rules(Schema schema) {
        Stream<Schema> below = Stream.of(schema.properties().values().stream(), Stream.ofNullable(schema.items()),
                Stream.ofNullable(schema.additional()), schema.limits().allOf().stream()).flatMap(children -> children);
        return Stream.concat(schema.rules().stream(), below.flatMap(PenstockSchemasTest::rules));
    }
}
