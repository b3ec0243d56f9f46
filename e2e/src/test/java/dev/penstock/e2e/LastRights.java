package dev.penstock.e2e;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

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

    @Override
    public void orderClasses(ClassOrdererContext context) {
        List<? extends ClassDescriptor> classes = context.getClassDescriptors();
        Collections.shuffle(classes);
        classes.sort((a, b) -> Boolean.compare(isLast(a), isLast(b)));
        Set<String> names = new HashSet<>(PLANNED.get());
        classes.forEach(c -> names.add(c.getTestClass().getSimpleName()));
        PLANNED.set(names);
    }

    private static boolean isLast(ClassDescriptor descriptor) {
        return descriptor.getTestClass().equals(RightsST.class) || descriptor.getTestClass().equals(LastNT.class);
    }
}
