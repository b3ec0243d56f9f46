package dev.penstock.crds;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.CustomResource;

import dev.penstock.api.Labels;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.api.v1alpha1.RenderSession;

/** Turns the annotated types into CRDs: Fabric8's generator, then {@link SchemaFinish} for what it cannot say. */
final class CrdGeneration {
    /** The kinds, in the order in which a reader meets them. */
    static final List<Class<? extends CustomResource<?, ?>>> KINDS = List.of(LiveStream.class, Recording.class,
            ObjectStore.class, MediaPool.class, MediaGateway.class, RenderSession.class);

    private static final String HEAD = "---\n# Generated from the types in dev.penstock.api; edit those.\n";
    private static final Pattern VERSION = Pattern.compile("<artifactId>penstock</artifactId>\\s*<version>([0-9.]+)");
    private static final YAMLMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS).disable(YAMLGenerator.Feature.SPLIT_LINES)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER).build())
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

    private CrdGeneration() {}

    /** The CRDs, in the order of {@link #KINDS}. */
    static List<CustomResourceDefinition> crds() {
        List<CustomResourceDefinition> crds = new ArrayList<>();
        for (Class<? extends CustomResource<?, ?>> kind : KINDS) {
            generate(kind, crds);
        }
        return crds;
    }

    /** The files of {@code crds/manifests}: name to YAML, keys in a stable order. */
    static Map<String, String> manifests() {
        Map<String, String> files = new LinkedHashMap<>();
        for (CustomResourceDefinition crd : crds()) {
            files.put(crd.getMetadata().getName() + ".yaml", HEAD + yaml(crd));
        }
        return files;
    }

    private static void generate(Class<? extends CustomResource<?, ?>> kind, List<CustomResourceDefinition> to) {
        CRDPostProcessor keep = new CRDPostProcessor() {
            @Override
            public HasMetadata process(HasMetadata crd, String crdSpecVersion) {
                crd.getMetadata().setAnnotations(new TreeMap<>(Map.of(Labels.VERSION, version())));
                to.add(SchemaFinish.finish((CustomResourceDefinition) crd, kind));
                return crd;
            }
        };
        List<Class<? extends HasMetadata>> one = List.of(kind);
        int made = new CRDGenerator().customResourceClasses(one).forCRDVersions("v1").withPostProcessor(keep)
                .withOutput(new Discard()).generate();
        if (made != 1) {
            throw new IllegalStateException(kind.getSimpleName() + ": " + made + " CRDs (expected: 1)");
        }
    }

    /** Version of the project, which says to whoever installs whether a cluster's definitions are old. */
    private static String version() {
        try {
            Matcher version = VERSION.matcher(Files.readString(Path.of("../pom.xml")));
            if (!version.find()) {
                throw new IllegalStateException("pom.xml: no version of the project");
            }
            return version.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String yaml(CustomResourceDefinition crd) {
        try {
            return YAML.writeValueAsString(crd);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The generator wants somewhere to write to; what counts is taken from its post-processor. */
    private static final class Discard extends CRDGenerator.AbstractCRDOutput<ByteArrayOutputStream> {
        @Override
        protected ByteArrayOutputStream createStreamFor(String crdName) {
            return new ByteArrayOutputStream();
        }
    }
}
