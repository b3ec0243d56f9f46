package dev.penstock.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;

/** Test classes in a random order, but those at the end that look at what all others have done. */
public final class LastRights implements ClassOrderer {
    private static final AtomicReference<Set<String>> PLANNED = new AtomicReference<>(Set.of());

    /** Simple names of the test classes of this run. */
    static Set<String> planned() {
        return PLANNED.get();
    }

    /** Whether all test classes of a tier, by the end of their names, are in this run. */
    static boolean isWhole(String tier) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/java/dev/penstock/e2e"))) {
            return files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(tier + ".java"))
                    .allMatch(f -> planned().contains(f.replace(".java", "")));
        }
    }

    @Override
    public void orderClasses(ClassOrdererContext context) {
        List<? extends ClassDescriptor> classes = context.getClassDescriptors();
        Collections.shuffle(classes);
        classes.sort(Comparator.comparingInt(LastRights::place));
        Set<String> names = new HashSet<>(PLANNED.get());
        classes.forEach(c -> names.add(c.getTestClass().getSimpleName()));
        PLANNED.set(names);
    }

    /** What sums up comes after all others; what takes the release away, after that. */
    private static int place(ClassDescriptor descriptor) {
        Class<?> type = descriptor.getTestClass();
        return type.equals(InstallNT.class) ? 2 : type.equals(RightsST.class) || type.equals(LastNT.class) ? 1 : 0;
    }
}
